import { CaudalError, type DeliveryEvent, type Host, type NotifierInstance, type RawRequest } from '@caudal/core';
import type { DeliveryConfig } from './config.ts';
import { textAt, valueAt } from './pointer.ts';
import { verifyReport } from './verify.ts';

/** More reports in one body than any gateway sends. */
const most = 10_000;

const documentOf = ({ body }: RawRequest, form: 'json' | 'form'): unknown => {
  const text = Buffer.from(body).toString('utf8');
  if (form === 'form') return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    throw new CaudalError('invalid-data', 'a delivery report is not JSON', { scope: 'item' });
  }
};

const instants: Readonly<Record<NonNullable<DeliveryConfig['at']>['unit'], (text: string) => number>> = {
  iso: (text) => (/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN),
  seconds: (text) => Math.round(Number(text) * 1000),
  milliseconds: Number,
};

export const createDelivery = (config: DeliveryConfig, host: Host): NonNullable<NotifierInstance['delivery']> => {
  const eventOf = (report: unknown, receivedAt: number): DeliveryEvent | undefined => {
    const externalId = textAt(report, config.id) ?? '';
    if (externalId === '')
      throw new CaudalError('invalid-data', 'a delivery report names no message', { scope: 'item' });
    const word = textAt(report, config.status) ?? '';
    const status = Object.hasOwn(config.statuses, word) ? config.statuses[word] : undefined;
    if (status === undefined) return undefined;
    const written = config.at === undefined ? undefined : textAt(report, config.at.at);
    const instant = config.at === undefined || written === undefined ? Number.NaN : instants[config.at.unit](written);
    const detail = config.detail === undefined ? undefined : textAt(report, config.detail);
    return {
      externalId,
      status,
      at: Number.isFinite(instant) ? instant : receivedAt,
      ...(detail === undefined || detail === '' ? {} : { detail: detail.slice(0, 200) }),
    };
  };

  return {
    verify: (request) => verifyReport(config.verify, request, host),
    accept(request) {
      const document = documentOf(request, config.body ?? 'json');
      const list = config.events === undefined ? [document] : valueAt(document, config.events);
      if (!Array.isArray(list) || list.length > most)
        throw new CaudalError('invalid-data', 'a delivery report has no list where one is expected', { scope: 'item' });
      return {
        events: list.map((report) => eventOf(report, request.receivedAt)).filter((event) => event !== undefined),
        response: { status: config.answer?.status ?? 200, body: config.answer?.body ?? '' },
      };
    },
  };
};
