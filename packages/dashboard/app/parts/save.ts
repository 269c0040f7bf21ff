/** Hands a file of the API, which no plain link can ask for with the token of the log-in, to the browser to keep. */
export const save = async (answer: Response, name: string): Promise<void> => {
  const given = /filename="?([^";]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const address = URL.createObjectURL(await answer.blob());
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = given ?? name;
  anchor.click();
  URL.revokeObjectURL(address);
};
