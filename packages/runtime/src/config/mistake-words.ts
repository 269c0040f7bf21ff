import { around, mistakeWords as coreWords, type Said, sayer, type Sayer } from '@caudal/core';

/**
 * What can be wrong with a configuration, its data, a file of points or a request, beside what core says of schemas and formulas. One row
 * a mistake: its code, which never changes its meaning, and its words in English. The dashboard has the same codes in Spanish.
 */
export const mistakeWords = {
  ...coreWords,
  // Shape and names
  'quote-it': 'must be text, and this is a {type}: put it in quotes',
  'id-twice': '"{id}" is there twice; the first is at {where}',
  'no-point': 'there is no point "{name}"',
  'no-device': 'there is no device "{name}"',
  'no-series': 'there is no series "{name}"',
  'no-provider': 'there is no provider "{name}"',
  'no-target': 'there is no target "{name}"',
  'no-notifier': 'there is no notifier "{name}"',
  'no-person': 'there is no person "{name}"',
  'no-owner': 'there is no owner "{name}"',
  'no-source': 'there is no compliance source "{name}"',
  'no-rule': 'there is no rule at this point "{name}"',
  // Time
  'no-instant': 'is no day and time that exist',
  'later-than': 'must be later than "{than}"',
  'no-zone': 'must be the IANA name of a zone, for example America/Santiago',
  // Secrets
  'secret-plain': 'must be a reference to a secret, not the secret itself; write env:NAME or file:/path',
  'secret-literal': 'a literal secret is for tests and scripts only; write env:NAME or file:/path',
  'secret-env-name': 'env: takes the name of a variable: letters, digits and underscores',
  'secret-env-unset': 'environment variable {variable} is not set',
  'secret-file-path': 'file: takes the path of a file',
  'secret-store-name': 'store: takes the name of a stored secret: letters, digits, dot, dash, underscore',
  'secret-no-key': 'is a stored secret, and there is no key to open it: set secrets.key to env:NAME or file:/path',
  'secret-key-stored': 'can not be a stored secret itself; write env:NAME or file:/path',
  // Points
  'limits-order-fail': 'must be above "{than}": otherwise every value would fail',
  'limits-order-suspect': 'must be above "{than}": otherwise every value would be suspect',
  'limits-order-alert': 'must be above "{than}": otherwise every value would be an alert',
  'limits-order-both': 'must be above "{than}": otherwise values fail before they are suspect',
  'unit-needed': 'a custom variable needs its unit',
  'unit-unknown': 'unit "{unit}" is not known',
  'unit-unknown-opaque': 'unit "{unit}" is not known; correct it, or declare opaqueUnit: true',
  'unit-of-kind': '{unit} is a unit of {dimension}, and a series of kind {kind} needs one of {wanted}, such as {usual}',
  // Alerts
  'alerts-order': 'must be above that of "below": otherwise every value would be an alert',
  'alert-twice': 'limits.{limit} asks for it already: say it once',
  'alert-of-calculated': 'only a variable raises alerts, and this field is calculated',
  'alert-of-schema-twice': 'schema "{schema}" asks for it at {series} already: say it once',
  // Devices
  'silent-before-interval': 'is shorter than the interval of {minutes} minutes: it will be called silent all the time',
  'silent-before-poll': 'is shorter than pollMinutes: it will be called silent between two reads',
  'device-twice': 'is also that of device "{device}" ({where}); one device may feed many points',
  // Bindings
  'pulses-of-total': 'pulses are counted by a total, and {series} is a series of kind {kind}',
  'pulses-no-scale': 'does not apply to pulses; the meter says what a pulse is worth, and its calibrations correct it',
  'pulses-no-meter': 'is pulses, and no meter of {series} says what a pulse is worth',
  'pulses-of-meter': 'is pulses, and meter "{meter}" ({where}) has no "pulses"',
  'unit-opaque': 'the unit of {series} is opaque and never converted; leave "unit" out',
  'unit-pulses': 'write "pulses" for a pulse register',
  'unit-other': '{unit} ({dimension}) does not convert to {wanted} ({wantedDimension}), the unit of {series}',
  'level-of-level': 'applies to levels, and {series} is a series of kind {kind}',
  'level-in-metres': 'is in metres, so {series} must be kept in m, not in {unit}',
  'binds-twice':
    'binds {variable} of {device} at the same time and with the same priority as {where}; give one another priority, or an end',
  'feeds-twice':
    'feeds {series} at the same time and with the same priority as {where}; give one another priority, or an end',
  // Meters
  'calibration-pulses': 'needs "atPulses": what was counted before keeps the factor before',
  'calibration-pulses-order': 'must not be below that of the calibration before',
  'calibration-from': 'only the first calibration may lack it',
  'calibration-order': 'must be later than that of the calibration before',
  'rollover-step': 'must be above "step"',
  'reading-rollover': 'must be below "rollover": the register never shows that number',
  'removed-no-reading': 'has no "lastReading" with it: what ran between the last value and the removal is lost',
  'reading-no-removal': 'needs "removedAt": when the register was read for the last time',
  'meter-of-total': 'must be a total, and {series} is a series of kind {kind}',
  'meter-twice':
    'stands at {series} at the same time as meter "{meter}" ({where}); a series has one meter at a time: write installedAt and removedAt',
  // Owners, sources, obligations
  'no-rut': 'is no RUT: its check digit does not fit, or there is a sign too many',
  'source-of-other-target': 'is not that of "{source}" ({where}): {target}',
  'source-no-time': '"{source}" ({where}) has no time with it: nothing is owed',
  'member-opaque': 'the unit of {series} is opaque, and {parameter} is reported in {wanted}',
  'member-unit': '{series} is in {unit} ({dimension}), and {parameter} is reported in {wanted} ({wantedDimension})',
  'no-parameter': '{regulator} has no parameter "{name}" here',
  'no-parameter-of': '{regulator} has no parameter "{name}" here; it takes {takes}',
  'parameter-required': '{regulator} requires it of this work',
  'no-standard': '{regulator} has no standard "{name}"',
  'no-standard-of': '{regulator} has no standard "{name}"; it has {has}',
  'wait-before-poll':
    'is shorter than pollMinutes ({poll}) of "{device}": a slot whose reading is not there after {wait} minutes waits for the next poll',
  'wait-after-due': 'leaves no time: a submission is due {due} minutes after its slot',
  'hold-after-due': 'lets held values go late: a submission is due {due} minutes after its slot',
  'owed-twice':
    'owes work {work} to {target} at the same time as "{obligation}" ({where}); end one before the other begins',
  // People, maintenance, corrections
  'no-address': '"{person}" has no address for {channel}',
  'no-address-at': '"{person}" ({where}) has no address for {channel}',
  'maintenance-span': 'needs "from" and "to", or "weekly"',
  'maintenance-work': 'no obligation at {target} is about the work "{work}"',
  'correction-twice': 'is decided by "{correction}" ({where}) already; change that one',
  // Schemas
  'valid-order': 'must be above "min": otherwise no measurement is valid',
  'field-both': 'a field is a variable or an expression, not both',
  'field-unit': 'a calculated field needs the unit of its result',
  'field-circle': 'is in a circle: {fields} need one another',
  'no-field': 'there is no field "{name}"',
  'field-in-group': 'stands in group {group} already',
  'field-required': 'is required, and point "{point}" has no variable "{variable}"',
  'field-other-unit': '{unit} does not go with {series}, which is in {wanted}',
  // Configuration
  'no-url': 'must be an address that begins with {begins}',
  'no-certificate': 'holds no certificate in PEM form',
  'no-file': 'there is no file or folder {path}',
  unreadable: 'can not be read',
  'no-clock': 'must be a clock with now() and sleep(ms, signal)',
  'plugin-function': 'is a function; call it: a plugin is what the factory returns, for example tago({ … })',
  'no-plugin': "is no plugin; put here what a package's factory returns, for example tago({ … })",
  'plugin-contract': 'plugin {plugin} was written for the contract "{contract}", which this version does not know',
  'plugin-kind': '{plugin} is {kind}; it belongs under {slot}',
  'plugin-broken': '{plugin} can not be created',
  'plugins-named': 'must be an object with a name for each plugin: {slot}: { name: plugin }',
  'plugin-name':
    'a name takes letters, digits, dot, dash and underscore, at most 64, and begins with a letter or digit',
  'rule-use': 'must be an object with the rule: { rule: plugin, params: { … } }',
  'rules-list': 'must be a list: rules: [{ rule: plugin }]',
  'outlets-named': 'must be an object with a name for each plugin: publish: { name: { to: plugin } }',
  'outlet-nothing': 'publishes nothing; add values: { } or events: { }',
  'outlet-retain': 'is nothing that this outlet can do',
  'outlet-retain-series': 'keeps one value of a topic: the topic has to have the series in it',
  'outlet-use': 'must be an object with the outlet: { to: plugin, values: { … }, events: { … } }',
  'outlet-place': 'has no place {place}; there are {places}',
  'outlet-topic': 'gives topics such as "{topic}", which the outlet does not take',
  'no-role': 'rule {rule} has no role "{role}"',
  // Data files
  'file-large': 'is larger than {mebibytes} MiB; split it',
  'file-encoding': 'is not UTF-8 text',
  'file-unreadable': 'can not be read: {why}',
  'yaml-key-twice': 'duplicate key: this one appeared above in the same map',
  'yaml-documents': 'more than one document in a file; write one file each',
  'yaml-tab': 'a tab indents; YAML takes spaces only',
  'yaml-anchor': 'there is no anchor &{anchor} above this alias',
  'yaml-aliases': 'aliases unfold to too much; write the shared parts out, or use fewer than {limit}',
  yaml: '{said}',
  // Files of points
  'cell-point-and-comma': 'has a point and a comma: write it without thousands, 1234,5',
  'cell-decimal-comma': 'has a decimal comma; this file separates with commas, so write 1234.5',
  'cell-no-number': 'is no number',
  'cell-no-whole-number': 'is no whole number',
  'cell-yes-no': 'is neither yes nor no',
  'no-column': 'is no column of an import',
  'column-twice': 'is there twice',
  'cell-other': 'says something else of {thing} than row {row}',
  'row-point': 'every row needs the id of its point',
  'row-variable': 'is needed: this row says what feeds or measures it',
  'row-device': 'is needed: this row says something of a device',
  'row-binding': 'is needed: this row says how a vendor variable is bound',
  'row-meter': 'is needed: this row says something of a meter',
  'row-cells': 'has {cells} cells, and the header has {header}',
  'in-data-file': '{thing} stands in {place} and is changed there',
  // Requests
  'no-body': 'there is no body here',
} as const;

export type MistakeCode = keyof typeof mistakeWords;

export const say: Sayer<typeof mistakeWords> = sayer(mistakeWords);

/** Codes that a mistake may have: without what is only said around one. */
export const mistakeCodes: readonly string[] = Object.keys(mistakeWords).filter((code) => !Object.hasOwn(around, code));

/** Something that core said, with more around it. */
export const sayAgain = (
  { code, params, message }: Said,
  more: { readonly character?: number; readonly meant?: string | undefined; readonly atPoint?: string | undefined },
): Said => (code === undefined ? { message } : say(code as 'required', { ...params, ...more }));
