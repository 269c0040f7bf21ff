export { type Fault, isFault } from './faults.ts';
export type { Outage, PlanChange } from './plan.ts';
export { mulberry32, normal } from './random.ts';
export type { GetBehaviour, PostBehaviour } from './dga/behaviours.ts';
export type { Ledger, LedgerRequest, StoredRecord, Violation, ViolationKind } from './dga/ledger.ts';
export { type DgaBehaviour, type DgaInformant, type DgaOptions, type DgaSimulator, startDga } from './dga/server.ts';
export type { VariantName } from './dga/variants.ts';
export type { DgaWork } from './dga/intake.ts';
export type { BlockRule } from './dga/perimeter.ts';
export type {
  AuthBehaviour as SmaAuthBehaviour,
  RegistrosBehaviour as SmaRegistrosBehaviour,
} from './sma/behaviours.ts';
export type { SmaLedger, SmaRecord, SmaRequest, SmaViolation, SmaViolationKind } from './sma/ledger.ts';
export type { SmaValue } from './sma/records.ts';
export type { SmaProcess } from './sma/registration.ts';
export { type SmaBehaviour, type SmaOptions, type SmaSimulator, startSma } from './sma/server.ts';
export type {
  RegistryLedger,
  RegistryRecord,
  RegistryRequest,
  RegistryViolation,
  RegistryViolationKind,
} from './registry/ledger.ts';
export {
  type RegistryBehaviour,
  type RegistryOptions,
  type RegistrySimulator,
  startRegistry,
} from './registry/server.ts';
export type { TagoDevice, TagoDeviceOptions } from './tago/device.ts';
export type { TagoItem, TagoValue, TagoWireItem } from './tago/item.ts';
export { type TagoLimits, tagoPlans } from './tago/limits.ts';
export type { LastItem } from './tago/query.ts';
export { type TagoOptions, type TagoRequest, type TagoSimulator, startTago } from './tago/server.ts';
export type { TagoDelivery, TagoWebhook, TagoWebhookOptions } from './tago/webhook.ts';
export type { MqttConnectBehaviour, MqttSubscribeBehaviour } from './mqtt/behaviours.ts';
export { type MqttBehaviour, type MqttOptions, type MqttSimulator, startMqtt } from './mqtt/broker.ts';
export {
  chirpstackDevice,
  type LogBoxOptions,
  novusLogBox,
  thethingsThing,
  thingsboardGateway,
  ttsDevice,
} from './mqtt/devices.ts';
export type { MqttConnection, MqttLedger, MqttLogged } from './mqtt/ledger.ts';
export type { MqttTransport } from './mqtt/listeners.ts';
export type { MqttMessage } from './mqtt/message.ts';
export { findMosquitto, type Mosquitto, type MosquittoOptions, startMosquitto } from './mqtt/mosquitto.ts';
export {
  type SparkplugMetric,
  sparkplugNode,
  type SparkplugNodeOptions,
  type SparkplugType,
} from './mqtt/sparkplug.ts';
export type { TheThingsItem, TheThingsValue, TheThingsWireItem } from './thethings/item.ts';
export type { RangeBounds } from './thethings/query.ts';
export {
  startTheThings,
  type TheThingsOptions,
  type TheThingsRequest,
  type TheThingsSimulator,
} from './thethings/server.ts';
export type { TheThingsThing, TheThingsThingOptions } from './thethings/thing.ts';
export type { ThingsBoardEntity, ThingsBoardEntityOptions } from './thingsboard/entity.ts';
export type { NeverReported, RangeOrder } from './thingsboard/query.ts';
export type { RuleChainOptions } from './thingsboard/rule-chain.ts';
export {
  startThingsBoard,
  type ThingsBoardOptions,
  type ThingsBoardRequest,
  type ThingsBoardSimulator,
} from './thingsboard/server.ts';
export type { SameInstant, ThingsBoardSample, ThingsBoardValue } from './thingsboard/telemetry.ts';
export type { ThingsBoardUser } from './thingsboard/tokens.ts';
export type { Mail } from './smtp/mail.ts';
export {
  type SmtpBehaviour,
  type SmtpConnectBehaviour,
  type SmtpMessageBehaviour,
  type SmtpOptions,
  type SmtpSimulator,
  startSmtp,
} from './smtp/server.ts';
export {
  type LevelOptions,
  pumpFlow,
  type PumpOptions,
  registerFromFlow,
  type RegisterOptions,
  wellLevel,
} from './series/generators.ts';
export {
  driftClock,
  duplicate,
  freeze,
  lose,
  resetCounter,
  rollOver,
  sensorFault,
  uploadLate,
  zeroGlitch,
} from './series/injectors.ts';
export { grid, type Series, seriesOf } from './series/series.ts';
export type { WebhookVerdict } from './webhook-receiver/verify.ts';
export {
  startWebhookReceiver,
  type WebhookDelivery,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook-receiver/server.ts';
export type { TwilioCallback, TwilioReport, TwilioStatus } from './twilio/callbacks.ts';
export type { TwilioAccount, TwilioMessage } from './twilio/messages.ts';
export {
  startTwilio,
  type TwilioBehaviour,
  type TwilioOptions,
  type TwilioRequest,
  type TwilioSimulator,
} from './twilio/server.ts';
