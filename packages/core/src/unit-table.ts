/** One unit: factor to the SI unit of its dimension, exact, as a decimal or a quotient of two decimals. */
export interface UnitRow {
  readonly factor: string;
  /** Added after the factor, in the SI unit: only scales that do not start at zero have one. */
  readonly offset?: string;
  /** Other spellings that the field writes. Case, blanks, superscripts and the two micro signs need no entry. */
  readonly aliases?: readonly string[];
}

/**
 * By dimension, then by name. The SI units are m³, m³/s, m, Pa, K, S/m, s and Hz. Factors of foot, pound and gallons are the
 * international definitions (NIST SP 811, appendix B.8; the imperial gallon by the UK Units of Measurement Regulations
 * 1995); the acre-foot uses the international foot. Turbidity by white light (NTU, EPA 180.1) and by infrared (FNU, ISO 7027)
 * are two scales with no exact factor between them, so they are two dimensions.
 */
export const unitTable: Readonly<Record<string, Readonly<Record<string, UnitRow>>>> = {
  volume: {
    m3: {
      factor: '1',
      aliases: ['mc', 'mts3', 'mt3', 'metros cúbicos', 'metros cubicos', 'cubic meters', 'cubic metres'],
    },
    L: { factor: '0.001', aliases: ['lt', 'lts', 'ltr', 'litro', 'litros', 'liter', 'liters', 'litre', 'litres'] },
    dm3: { factor: '0.001' },
    mL: { factor: '0.000001', aliases: ['ml', 'cm3', 'cc'] },
    ML: { factor: '1000', aliases: ['megaliter', 'megalitre', 'megalitro'] },
    gal: {
      factor: '0.003785411784',
      aliases: ['US gal', 'gal_us', 'galUS', 'gallon', 'gallons', 'galón', 'galon', 'galones', 'gals'],
    },
    'imp gal': { factor: '0.00454609', aliases: ['gal_imp', 'galUK', 'UK gal', 'gal imp', 'imperial gallon'] },
    ft3: { factor: '0.028316846592', aliases: ['cu ft', 'cuft', 'cf', 'pie3', 'pies3', 'cubic feet'] },
    'acre-ft': {
      factor: '1233.48183754752',
      aliases: ['acft', 'ac-ft', 'acre ft', 'acre foot', 'acre-foot', 'acre-feet'],
    },
  },
  flow: {
    'm3/s': { factor: '1', aliases: ['m3/seg', 'm3s', 'cumec', 'm3/sec'] },
    'm3/min': { factor: '1/60' },
    'm3/h': { factor: '1/3600', aliases: ['m3/hr', 'm3/hora', 'm3h', 'cmh', 'mc/h'] },
    'm3/d': { factor: '1/86400', aliases: ['m3/dia', 'm3/día', 'm3/day', 'm3d'] },
    'L/s': {
      factor: '0.001',
      aliases: ['lps', 'lt/s', 'lts/s', 'l/seg', 'lt/seg', 'lts/seg', 'l/sec', 'litros/s', 'litros/segundo'],
    },
    'L/min': { factor: '0.001/60', aliases: ['lpm', 'lt/min', 'lts/min', 'litros/min', 'litros/minuto'] },
    'L/h': { factor: '0.001/3600', aliases: ['lph', 'l/hr', 'l/hora', 'lt/h', 'lts/h', 'litros/h', 'litros/hora'] },
    'L/d': { factor: '0.001/86400', aliases: ['l/dia', 'l/día', 'lts/d', 'l/day'] },
    'mL/min': { factor: '0.000001/60', aliases: ['ml/min'] },
    'mL/d': { factor: '0.000001/86400', aliases: ['ml/d'] },
    'ML/d': { factor: '1000/86400', aliases: ['MLD', 'ML/day'] },
    gpm: { factor: '0.003785411784/60', aliases: ['gal/min', 'US gpm', 'usgpm', 'gal_us/min'] },
    'imp gpm': { factor: '0.00454609/60', aliases: ['igpm', 'imp gal/min'] },
    'ft3/s': { factor: '0.028316846592', aliases: ['cfs', 'cusec', 'ft3/sec', 'pie3/s'] },
  },
  length: {
    m: { factor: '1', aliases: ['mt', 'mts', 'mtr', 'mtrs', 'metro', 'metros', 'meter', 'meters', 'metre', 'metres'] },
    cm: { factor: '0.01', aliases: ['cms', 'centimetros', 'centímetros'] },
    mm: { factor: '0.001', aliases: ['mms', 'milimetros', 'milímetros'] },
    km: { factor: '1000', aliases: ['kms'] },
    ft: { factor: '0.3048', aliases: ['foot', 'feet', 'pie', 'pies'] },
    in: { factor: '0.0254', aliases: ['inch', 'inches', 'pulg', 'pulgada', 'pulgadas'] },
  },
  pressure: {
    Pa: { factor: '1', aliases: ['pascal'] },
    mPa: { factor: '0.001' },
    hPa: { factor: '100' },
    kPa: { factor: '1000' },
    MPa: { factor: '1000000' },
    bar: { factor: '100000', aliases: ['bares', 'bars'] },
    mbar: { factor: '100', aliases: ['mb'] },
    psi: { factor: '4.4482216152605/0.00064516', aliases: ['psig', 'lbf/in2', 'lb/in2'] },
    atm: { factor: '101325' },
    'kgf/cm2': { factor: '98066.5', aliases: ['kg/cm2'] },
    mH2O: { factor: '9806.65', aliases: ['mca', 'm.c.a.', 'm.c.a', 'mwc', 'mwg'] },
    cmH2O: { factor: '98.0665', aliases: ['cmca'] },
  },
  temperature: {
    K: { factor: '1', aliases: ['kelvin'] },
    degC: {
      factor: '1',
      offset: '273.15',
      aliases: ['°C', 'C', 'celsius', 'grados C', 'gradosC', 'centígrados', 'centigrados'],
    },
    degF: { factor: '5/9', offset: '2298.35/9', aliases: ['°F', 'F', 'fahrenheit', 'grados F'] },
  },
  conductivity: {
    'S/m': { factor: '1' },
    'dS/m': { factor: '0.1' },
    'mS/m': { factor: '0.001' },
    'mS/cm': { factor: '0.1', aliases: ['mmho/cm', 'mmhos/cm'] },
    'uS/cm': { factor: '0.0001', aliases: ['umho/cm', 'umhos/cm', 'microS/cm'] },
  },
  'turbidity-white': { NTU: { factor: '1', aliases: ['UNT', 'NTUs'] } },
  'turbidity-infrared': { FNU: { factor: '1', aliases: ['UNF', 'FNUs'] } },
  acidity: { pH: { factor: '1', aliases: ['unidades de pH', 'pH units', 'upH'] } },
  ratio: {
    '1': { factor: '1', aliases: ['dimensionless', 'adimensional'] },
    '%': { factor: '0.01', aliases: ['percent', 'pct', 'porcentaje', 'por ciento'] },
  },
  time: {
    s: { factor: '1', aliases: ['seg', 'sec', 'segundos', 'seconds'] },
    ms: { factor: '0.001' },
    min: { factor: '60', aliases: ['minuto', 'minutos', 'minutes'] },
    h: { factor: '3600', aliases: ['hr', 'hrs', 'hora', 'horas', 'hour', 'hours'] },
    d: { factor: '86400', aliases: ['dia', 'día', 'dias', 'días', 'day', 'days'] },
  },
  pulses: { pulses: { factor: '1', aliases: ['pulse', 'pulso', 'pulsos', 'impulsos', 'impulses', 'counts'] } },
  frequency: {
    Hz: { factor: '1', aliases: ['hertz', 'pulses/s', 'pulsos/s', 'pulsos/seg'] },
    'pulses/min': { factor: '1/60', aliases: ['pulsos/min'] },
    'pulses/h': { factor: '1/3600', aliases: ['pulsos/h', 'pulsos/hora'] },
  },
};
