import { library } from '../../tsup.shared.ts';

export default library(
  {
    index: 'src/index.ts',
    bin: 'src/bin.ts',
    'committer-worker': 'src/store/committer-worker.ts',
    'reader-worker': 'src/store/reader-worker.ts',
    'password-worker': 'src/access/password-worker.ts',
  },
  // `node:sqlite` has no other name.
  { removeNodeProtocol: false },
);
