import type { Domain } from '../config/domain.ts';
import type { NewAlert } from '../store/rows.ts';

/** Fewer devices are told one by one. */
const devicesAtLeast = 3;
const share = 0.5;

/**
 * Instances of which at least half of the devices say nothing: one alert of the instance, under which those of its devices are kept
 * and not told.
 *
 * @param silent subjects of the devices that say nothing
 */
export const judgeOutages = (
  domain: Pick<Domain, 'devices'>,
  silent: ReadonlySet<string>,
  now: number,
): { open: NewAlert[]; close: { rule: string; subject: string; at: number }[] } => {
  const open: NewAlert[] = [];
  const close: { rule: string; subject: string; at: number }[] = [];
  for (const [provider, devices] of Map.groupBy(domain.devices.values(), (device) => device.provider)) {
    const subject = `provider:${provider}`;
    const count = devices.filter(({ id }) => silent.has(`device:${id}`)).length;
    if (count < devicesAtLeast || count < share * devices.length) {
      if (devices.length >= devicesAtLeast) close.push({ rule: 'provider.silent', subject, at: now });
      continue;
    }
    open.push({
      event: 'device.silent',
      rule: 'provider.silent',
      subject,
      point: null,
      severity: 'critical',
      openedAt: now,
      facts: { devices: `${count} / ${devices.length}` },
    });
  }
  return { open, close };
};
