import { library } from '../../tsup.shared.ts';

export default library({ thethings: 'src/thethings.ts', thingsboard: 'src/thingsboard.ts' });
