import { useSession } from '../api/session.ts';
import { text } from '../text.ts';
import { Audit } from './settings/audit.tsx';
import { Keys } from './settings/keys.tsx';
import { Users } from './settings/users.tsx';

/** Who may do what, and who did what. */
const Settings = () => {
  const { may } = useSession();
  return (
    <>
      <div class="title">
        <h1>{text('nav.settings')}</h1>
      </div>
      {may('users:write') ? (
        <>
          <Users />
          <Keys />
        </>
      ) : null}
      {may('audit:read') ? <Audit /> : null}
    </>
  );
};

export default Settings;
