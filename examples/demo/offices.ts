import type { Clock } from '@caudal/core';
import { startDga, startSma, startSmtp, startTwilio, startWebhookReceiver } from '@caudal/simulators';

const secrets = {
  DEMO_DGA_PASSWORD: 'demo-informant-password-55',
  DEMO_SMA_PASSWORD: 'demo-titular-password-21',
  DEMO_TWILIO_TOKEN: 'demo-twilio-token-8d15',
  DEMO_HOOK_SECRET: `whsec_${Buffer.from('demo-webhook-secret-of-32-bytes!').toString('base64')}`,
};

const registered = [
  { nombre: 'Q', unidad: 'l/s' },
  { nombre: 'VA', unidad: 'm3' },
];

/** The two regulators, and the three channels to people. */
export const startOffices = async (clock: Clock, mails: string) => {
  const [dga, sma, smtp, twilio, receiver] = await Promise.all([
    startDga({
      clock,
      centres: ['77555666-8'],
      informants: [{ rut: '20999888-2', password: secrets.DEMO_DGA_PASSWORD }],
      works: [
        { code: 'OB-0101-108', variant: 'superficialFlujometro', informant: '20999888-2' },
        { code: 'OB-0101-114', variant: 'subterranea', informant: '20999888-2' },
      ],
    }),
    startSma({
      clock,
      titulares: [{ usuario: '11111111-1', password: secrets.DEMO_SMA_PASSWORD }],
      processes: [
        {
          ufId: 7511,
          procesoId: 5368,
          titular: '11111111-1',
          dispositivos: ['12180', '12181'].map((id) => ({ id, parametros: registered })),
        },
      ],
    }),
    startSmtp({ clock, directory: mails }),
    startTwilio({ clock, authToken: secrets.DEMO_TWILIO_TOKEN }),
    startWebhookReceiver({ clock, secrets: [secrets.DEMO_HOOK_SECRET] }),
  ]);
  // The regulator writes numbers its own way when it is asked what it holds: 12.50 comes back as 12.5.
  dga.behave({ get: { always: 'strip-zeros' } });
  return { servers: { dga, sma, smtp, twilio, receiver }, secrets };
};
