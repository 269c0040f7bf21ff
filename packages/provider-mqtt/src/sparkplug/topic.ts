/** What a Sparkplug topic says: `spBv1.0/{group}/{type}/{node}[/{device}]`. */
export interface SparkplugTopic {
  readonly namespace: string;
  readonly group: string;
  readonly type: string;
  readonly node: string;
  readonly device: string | undefined;
}

/** Undefined for any other topic, `spBv1.0/STATE/{host}` among them. */
export const sparkplugTopic = (topic: string): SparkplugTopic | undefined => {
  const levels = topic.split('/');
  const start = levels.indexOf('spBv1.0');
  const [group, type, node, device] = levels.slice(start + 1);
  if (start < 0 || levels.length - start > 5 || group === undefined || group === 'STATE') return undefined;
  if (type === undefined || node === undefined || !/^[ND](BIRTH|DATA|DEATH|CMD)$/.test(type)) return undefined;
  if (type.startsWith('D') !== (device !== undefined)) return undefined;
  return { namespace: levels.slice(0, start + 1).join('/'), group, type, node, device };
};

/** The external id of a Sparkplug device, and of an edge node's own metrics. */
export const sparkplugDevice = ({ group, node, device }: SparkplugTopic): string =>
  device === undefined ? `${group}/${node}` : `${group}/${node}/${device}`;

/** The name under which data messages need a BIRTH. */
export const birthKey = (topic: SparkplugTopic): string => `sparkplug-birth/${sparkplugDevice(topic)}`;
