import { type Programmed, replies } from '../faults/reply.ts';

/** Answers that say nothing, or that no regulator gives. */
export const gibberish: readonly (readonly [string, Programmed])[] = [
  ['200 without a body', replies.answer(200)],
  ['200 with HTML', replies.html()],
  ['200 with broken JSON', replies.badJson()],
  ['200 with {}', replies.json({})],
  ['200 with null', replies.json(null)],
  ['200 with []', replies.json([])],
  ['200 with "OK"', replies.answer(200, 'OK', { 'content-type': 'text/plain' })],
  ['201 without a body', replies.answer(201)],
  ['204', replies.answer(204)],
  ['302 to nowhere', replies.redirect('/login')],
];

/** Errors of a server, as pages. */
export const broken = [500, 502, 503, 504].map((status) => [String(status), replies.html(status)] as const);
