/** What a cell holds. */
export type CellType = 'text' | 'number' | 'integer' | 'yes';

/** Which thing a column says something of. A row is about one variable of a point, and what feeds it. */
export type ColumnOf = 'points' | 'series' | 'devices' | 'bindings' | 'meters';

export interface Column {
  readonly name: string;
  /** As Chilean spreadsheets may call it. */
  readonly spanish: string;
  readonly of: ColumnOf;
  /** Where it stands in the content. */
  readonly path: readonly string[];
  readonly type: CellType;
  readonly example: string;
}

const row = (
  name: string,
  spanish: string,
  of: ColumnOf,
  path: string,
  type: CellType = 'text',
  example = '',
): Column => ({ name, spanish, of, path: path.split('.'), type, example });

/** Every column an import knows, in the order of the template. */
export const columns: readonly Column[] = [
  row('point', 'punto', 'points', 'id', 'text', 'pozo-1'),
  row('name', 'nombre', 'points', 'name', 'text', 'Pozo 1'),
  row('kind', 'tipo', 'points', 'kind', 'text', 'well'),
  row('code', 'codigo', 'points', 'code', 'text', 'OB-0101-1'),
  row('owner', 'titular', 'points', 'owner'),
  row('project', 'proyecto', 'points', 'project'),
  row('state', 'estado', 'points', 'state', 'text', 'ACTIVE'),
  row('zone', 'zona_horaria', 'points', 'zone'),
  row('latitude', 'latitud', 'points', 'place.latitude', 'number', '-33.45'),
  row('longitude', 'longitud', 'points', 'place.longitude', 'number', '-70.66'),
  row('region', 'region', 'points', 'place.region'),
  row('commune', 'comuna', 'points', 'place.commune'),
  row('basin', 'cuenca', 'points', 'place.basin'),
  row('depth_m', 'profundidad_m', 'points', 'geometry.depthM', 'number', '120'),
  row('pump_depth_m', 'profundidad_bomba_m', 'points', 'geometry.pumpDepthM', 'number'),
  row('right_lps', 'derecho_lps', 'points', 'waterRight.flowLps', 'number', '20'),
  row('right_m3_year', 'derecho_m3_ano', 'points', 'waterRight.annualVolumeM3', 'number'),
  row('variable', 'variable', 'series', 'variable', 'text', 'total'),
  row('variable_kind', 'tipo_variable', 'series', 'kind'),
  row('unit', 'unidad', 'series', 'unit', 'text', 'm3'),
  row('interval_minutes', 'intervalo_minutos', 'series', 'intervalMinutes', 'number', '60'),
  row('fail_below', 'falla_bajo', 'series', 'limits.failBelow', 'number'),
  row('fail_above', 'falla_sobre', 'series', 'limits.failAbove', 'number'),
  row('alert_below', 'alerta_bajo', 'series', 'limits.alertBelow', 'number'),
  row('alert_above', 'alerta_sobre', 'series', 'limits.alertAbove', 'number'),
  row('device', 'equipo', 'devices', 'id', 'text', 'logger-1'),
  row('provider', 'proveedor', 'devices', 'provider', 'text', 'tago'),
  row('external_id', 'id_externo', 'devices', 'externalId', 'text', '5f1c0d9e1f2b4a6c8d7e0001'),
  row('credential', 'credencial', 'devices', 'credential', 'text', 'store:logger-1'),
  row('poll_minutes', 'consulta_minutos', 'devices', 'pollMinutes', 'number'),
  row('vendor_variable', 'variable_proveedor', 'bindings', 'variable', 'text', 'pulses'),
  row('vendor_unit', 'unidad_proveedor', 'bindings', 'unit', 'text', 'pulses'),
  row('scale', 'escala', 'bindings', 'scale', 'number'),
  row('offset', 'desplazamiento', 'bindings', 'offset', 'number'),
  row('from', 'desde', 'bindings', 'from'),
  row('priority', 'prioridad', 'bindings', 'priority', 'integer'),
  row('level_convention', 'convencion_nivel', 'bindings', 'level.convention'),
  row('sensor_depth_m', 'profundidad_sensor_m', 'bindings', 'level.sensorDepthM', 'number'),
  row('arrival_time', 'hora_llegada', 'bindings', 'allowArrivalTime', 'yes'),
  row('meter', 'medidor', 'meters', 'id', 'text', 'meter-1'),
  row('serial', 'serie', 'meters', 'serial'),
  row('step', 'paso', 'meters', 'step', 'number', '0.1'),
  row('rollover', 'vuelta', 'meters', 'rollover', 'number'),
  row('max_flow_lps', 'caudal_max_lps', 'meters', 'maxFlowLps', 'number'),
  row('liters_per_pulse', 'litros_por_pulso', 'meters', 'pulses.litersPerPulse', 'number', '100'),
  row('pulses_per_liter', 'pulsos_por_litro', 'meters', 'pulses.pulsesPerLiter', 'number'),
  row('installed_at', 'instalado', 'meters', 'installedAt'),
  row('first_reading', 'lectura_inicial', 'meters', 'firstReading', 'number'),
];

/** A file to be filled in, with one row as an example. */
export const templateCsv = (): string =>
  `${columns.map(({ name }) => name).join(',')}\n${columns.map(({ example }) => example).join(',')}\n`;
