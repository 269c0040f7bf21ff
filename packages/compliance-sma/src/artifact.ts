import type { Artifact, Report } from '@caudal/core';
import type { SmaConfig } from './config.ts';
import { byDevice, deviceId, parametersOf, writeJson } from './parameters.ts';
import type { Member, Work } from './work.ts';

/** Where the measurements of a process go. Source: SMA Res. Ex. 254/2020. */
export const registrosPath = (code: string): string => {
  const [ufId, procesoId] = code.split('/');
  return `/api/v1/ufs/${ufId}/procesos/${procesoId}/registros`;
};

/**
 * The request: one array with every device of the process and all of its parameters, which is what the SMA counts. The token is no
 * slot: it is issued at the socket, and no part of what is declared. For a report that validates.
 */
export const renderRequest = (report: Report<Work, Member>, config: SmaConfig): Artifact => {
  const devices = [...byDevice(report.members)];
  const body = report.submissions.flatMap((submission) =>
    devices.map(([id, members]) => ({
      dispositivoId: deviceId(id, config),
      parametros: parametersOf(members, submission, config),
    })),
  );
  return {
    method: 'POST',
    url: `${config.baseUrl}${registrosPath(report.work.code)}`,
    headers: {},
    body: writeJson(body),
    mediaType: 'application/json',
    slots: [],
  };
};
