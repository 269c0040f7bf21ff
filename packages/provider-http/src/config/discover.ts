import { closedObject, type Static, Type } from '@caudal/core';
import { PageStyle } from './pull.ts';
import { Request } from './request.ts';

export const Discover = closedObject(
  {
    devices: Type.Optional(
      closedObject(
        {
          request: Request,
          items: Type.Optional(Type.String({ description: 'Where the list of devices is: a path; default the body.' })),
          id: Type.String({ description: 'The id in a device: a path.' }),
          name: Type.Optional(Type.String({ description: 'The name in a device: a path.' })),
          lastContact: Type.Optional(
            closedObject(
              {
                at: Type.String({ description: 'Where it is: a path.' }),
                format: Type.String({ description: 'As the format of the time of an answer.' }),
                zone: Type.Optional(Type.String({ description: 'Zone of times that carry none.' })),
              },
              { description: 'When a device was last heard of.' },
            ),
          ),
          page: Type.Optional(PageStyle),
          limit: Type.Optional(Type.Integer({ minimum: 1, description: 'Devices of one page; default 100.' })),
          maxPages: Type.Optional(Type.Integer({ minimum: 1, description: 'Most pages that are read; default 100.' })),
        },
        { description: 'How devices are listed.' },
      ),
    ),
    variables: Type.Optional(
      closedObject(
        {
          request: Request,
          items: Type.Optional(
            Type.String({ description: 'Where the variables are: a list, or an object by name; default the body.' }),
          ),
          name: Type.Optional(
            Type.String({ description: 'The name in an item: a path; default: the item itself, or its key.' }),
          ),
          unit: Type.Optional(Type.String({ description: 'The unit in an item: a path.' })),
        },
        { description: 'How variables of a device are listed.' },
      ),
    ),
  },
  { description: 'List devices and variables.' },
);

export type Discover = Static<typeof Discover>;
