import type { DeviceInfo, Domain } from './domain.ts';

/**
 * Devices of points that are read: an INACTIVE point is not; a device that feeds no point yet is, for its unclaimed readings. Nothing of
 * a provider that is switched off is.
 */
export const isRead = (domain: Domain, device: DeviceInfo): boolean => {
  const bindings = [...(domain.bindings.get(device.id)?.values() ?? [])].flat();
  const stateOf = (series: string) => domain.points.get(domain.series.get(series)?.point ?? '')?.state;
  return (
    domain.switches.get(device.provider)?.mode !== 'off' &&
    device.wanted.length > 0 &&
    (bindings.length === 0 || bindings.some(({ series }) => stateOf(series) !== 'INACTIVE'))
  );
};
