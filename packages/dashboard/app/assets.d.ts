declare module '*.svg' {
  /** Where the built file lies. */
  const address: string;
  export default address;
}
