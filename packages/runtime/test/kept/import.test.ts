import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualClock } from '@caudal/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { templateCsv } from '../../src/import/columns.ts';
import { importPoints, previewImport } from '../../src/import/import-points.ts';
import { readCsv } from '../../src/import/read-csv.ts';
import { type OpenServices, openServices } from '../process/services.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const by = { author: 'user:ana', reason: 'the wells of the north' };

const spanish =
  `\uFEFFpunto;nombre;tipo;latitud;longitud;variable;unidad;limite;equipo;proveedor;id_externo;credencial;variable_proveedor;unidad_proveedor;medidor;paso;litros_por_pulso
pozo-1;"Pozo ""La Ñipa""";well;-33,45;-70,66;total;m3;;log-1;tago;5f1;env:TAGO;pulses;pulses;m-1;0,1;100
pozo-1;;;;;level;m;;log-1;;;;nivel;;;;
`
    .replaceAll(';limite', '')
    .replaceAll(';m3;;', ';m3;')
    .replaceAll(';m;;', ';m;');

let folder: string;
let services: OpenServices;
beforeAll(async () => {
  process.env['TAGO'] = 'a-token';
  folder = mkdtempSync(join(tmpdir(), 'caudal-import-'));
  services = await openServices(
    folder,
    { points: [{ id: 'old', name: 'Old', kind: 'well', series: { flow: {} } }] },
    virtualClock(Date.UTC(2026, 2, 1)),
  );
});
afterAll(async () => {
  delete process.env['TAGO'];
  await services.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a CSV of points', () => {
  test('the template names every column once and its example has nothing wrong but what only a place can know', () => {
    const { mistakes } = previewImport(services.kept, bytes(templateCsv()));
    expect(mistakes.filter(({ column }) => column !== 'credential')).toEqual([]);
  });

  test('shows every mistake with its row and column, and writes nothing of it', async () => {
    const text = [
      'point,name,kind,latitude,variable,unit,device,provider,external_id,vendor_variable,colour',
      'pozo-9,Pozo 9,volcano,"-33,4",flow,L/s,log-9,tagoo,9,q,red',
      'pozo-9,Other name,well,,level,bar,log-9,,,h,',
      ',Nobody,well,,,,,,,,',
      'old,Old,well,,flow,,,,,,',
    ].join('\n');
    const { mistakes } = previewImport(services.kept, bytes(text));
    const said = mistakes.map(({ row, column, message }) => `${row} ${column}: ${message}`);
    for (const part of [
      '1 colour: is no column of an import',
      '2 latitude: has a decimal comma; this file separates with commas, so write 1234.5',
      '2 kind: must be one of',
      '2 provider: there is no provider "tagoo"; did you mean "tago"?',
      '3 name: says something else of points/pozo-9 than row 2',
      '4 point: every row needs the id of its point',
      '5 : points/old stands in',
    ])
      expect(
        said.some((one) => one.startsWith(part)),
        `${part}\n${said.join('\n')}`,
      ).toBe(true);
    const serial = services.kept.serial;
    await expect(importPoints(services.kept, bytes(text), by)).rejects.toThrow(/nothing was imported.*row 1, colour/s);
    expect(services.kept.serial).toBe(serial);
  });

  test('of a Chilean spreadsheet brings point, device, bindings and meter in one act, and again changes nothing but itself', async () => {
    const preview = await importPoints(services.kept, bytes(spanish), by);
    expect(preview).toMatchObject({
      mistakes: [],
      adds: { points: 1, devices: 1, bindings: 2, meters: 1 },
      changes: {},
    });
    expect(services.kept.domain.points.get('pozo-1')).toMatchObject({
      name: 'Pozo "La Ñipa"',
      place: { latitude: -33.45, longitude: -70.66 },
    });
    expect(services.kept.domain.series.get('pozo-1/total')?.meters).toMatchObject([
      { id: 'm-1', step: 0.1, pulses: { litersPerPulse: 100 } },
    ]);
    expect(services.kept.serial).toBe(1);
    expect(previewImport(services.kept, bytes(spanish))).toMatchObject({
      mistakes: [],
      adds: {},
      changes: { points: 1 },
    });
  });

  test('in Windows-1252 is refused with what to do, and read when it is named', () => {
    const older = Uint8Array.from('punto;nombre\npozo;Ñipa\n', (sign) => (sign === 'Ñ' ? 0xd1 : sign.charCodeAt(0)));
    expect(() => readCsv(older)).toThrow('save it as "CSV UTF-8", or say encoding windows-1252');
    expect(readCsv(older, 'windows-1252').rows[0]?.cells).toEqual(['pozo', 'Ñipa']);
  });

  test.each([
    ['', 'the file is empty'],
    ['point;name\n"open', 'a quote is not closed'],
  ])('%j is refused', (text, says) => {
    expect(() => readCsv(bytes(text))).toThrow(says);
  });

  test('keeps line breaks and separators inside quotes, and counts rows as a spreadsheet does', () => {
    expect(readCsv(bytes('a,b\r\n"x\ny, z",1\r\n\r\nlast,2'))).toMatchObject({
      rows: [
        { row: 2, cells: ['x\ny, z', '1'] },
        { row: 5, cells: ['last', '2'] },
      ],
    });
  });
});
