/** The layouts of this package. A configuration may bring its own of the same form. */
export const defaultText = `{{severityName}}: {{title}}

{{text}}{{#hasFacts}}

{{#facts}}{{label}}: {{value}}
{{/facts}}{{/hasFacts}}{{#anyLink}}

{{details}}: {{anyLink}}{{/anyLink}}`;

/** Inline styles alone, nothing loaded from anywhere. */
export const defaultHtml = `<!doctype html><html lang="{{language}}"><head><meta charset="utf-8"></head>
<body style="font-family:sans-serif;font-size:15px;line-height:1.5;color:#222;max-width:640px;margin:0 auto;padding:16px">
<p style="margin:0;color:{{colour}};font-weight:bold">{{severityName}}</p>
<h1 style="font-size:20px;margin:4px 0 16px">{{title}}</h1>
{{#paragraphs}}<p>{{paragraph}}</p>
{{/paragraphs}}{{#hasFacts}}<table style="border-collapse:collapse">
{{#facts}}<tr><th style="text-align:left;vertical-align:top;padding:4px 12px 4px 0;font-weight:normal;color:#555">{{label}}</th><td style="padding:4px 0">{{value}}</td></tr>
{{/facts}}</table>
{{/hasFacts}}{{#link}}<p><a href="{{link}}">{{details}}</a></p>
{{/link}}</body></html>`;

/** Every name that a layout may use. */
export const layoutNames: ReadonlySet<string> = new Set([
  'language',
  'severity',
  'severityName',
  'colour',
  'event',
  'title',
  'text',
  'paragraphs',
  'paragraph',
  'hasFacts',
  'facts',
  'label',
  'value',
  'link',
  'anyLink',
  'details',
]);
