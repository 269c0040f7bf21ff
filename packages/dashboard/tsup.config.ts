import { library } from '../../tsup.shared.ts';

// The page itself is built by Vite, below the same folder.
export default library(undefined, { clean: false });
