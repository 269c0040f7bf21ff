import { request, type Call } from '../api/call.ts';

/** Fetches a file with the token of the log-in, which no plain link carries, and hands it to the browser to keep. */
export const save = async (path: string, query: Call['query'], name: string): Promise<void> => {
  const answer = await request('GET', path, query === undefined ? {} : { query });
  const given = /filename="?([^";]+)/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const address = URL.createObjectURL(await answer.blob());
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = given ?? name;
  anchor.click();
  URL.revokeObjectURL(address);
};
