/** A value as a device sent it. Location-only items have none. */
export type TagoValue = number | string | boolean;

/** One data item as it is given to the simulator. Times are UTC milliseconds. */
export interface TagoItem {
  readonly variable: string;
  /** When the device measured. */
  readonly time: number;
  readonly value?: TagoValue;
  readonly unit?: string;
  /** When it arrives: before that nobody sees it. Default: when it is added. */
  readonly created?: number;
  readonly id?: string;
  readonly group?: string;
  /** GeoJSON order: longitude, latitude. */
  readonly location?: readonly [number, number];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A data item in wire form. */
export interface TagoWireItem {
  readonly id: string;
  readonly device: string;
  readonly variable: string;
  readonly value?: TagoValue;
  readonly unit?: string;
  readonly group: string;
  readonly time: string;
  readonly created_at?: string;
  readonly location?: { readonly type: 'Point'; readonly coordinates: readonly [number, number] };
  readonly metadata?: Readonly<Record<string, unknown>>;
}
