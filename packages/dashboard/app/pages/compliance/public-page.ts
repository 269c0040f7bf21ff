/** A code that DGA gives to a work ("Código de obra"); SMA's look otherwise. */
const dgaWork = /^O[BR]-\d{4}-[1-9]\d*$/;

/** Where the public sees what the regulator holds of a work: the page that DGA's QR plate leads to. */
export const publicPageOf = (work: string): string | undefined =>
  dgaWork.test(work) ? `https://snia.mop.gob.cl/cExtracciones2/#/consultaQR/${work}` : undefined;
