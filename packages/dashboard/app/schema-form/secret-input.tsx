import { useState } from 'preact/hooks';
import { client } from '../api/client.ts';
import { ActButton } from '../parts/act-button.tsx';
import { text } from '../text.ts';

interface InputProps {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
}

/** A reference to a secret, and a place to hand the secret over: it is kept encrypted and never shown again. */
export const SecretInput = ({
  input,
  value,
  set,
}: {
  readonly input: InputProps;
  readonly value: string;
  readonly set: (reference: string) => void;
}) => {
  const [name, setName] = useState('');
  const [secret, setSecret] = useState('');
  const keep = async () => {
    await client.putSecret({ name, body: { value: secret } });
    set(`store:${name}`);
    setSecret('');
  };
  return (
    <>
      <input
        {...input}
        value={value}
        autocomplete="off"
        placeholder="store:…"
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
      <details>
        <summary>{text('secret.keep')}</summary>
        <div class="row">
          <label>
            {text('secret.name')}
            <input value={name} autocomplete="off" onInput={({ currentTarget }) => setName(currentTarget.value)} />
          </label>
          <label>
            {text('secret.value')}
            <input
              type="password"
              value={secret}
              autocomplete="off"
              onInput={({ currentTarget }) => setSecret(currentTarget.value)}
            />
          </label>
          <ActButton act={keep}>{text('secret.put')}</ActButton>
        </div>
      </details>
    </>
  );
};
