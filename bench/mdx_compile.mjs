// Compiles many MDX pages in one process.
// usage: node mdx_compile.mjs NODE_MODULES < lines; one JSON object a line in ({"id", "text"}) and out
// ({"id", "ok", "error", "elements"}). `elements` are the components of the compiled page, in order.
// remark-gfm is used when NODE_MODULES has it, as Docusaurus and Astro do.
import {existsSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {createInterface} from 'node:readline';
import {pathToFileURL} from 'node:url';

const modules = resolve(process.argv[2]);
const load = (name) => import(pathToFileURL(join(modules, name, 'index.js')).href);
const {compile} = await load('@mdx-js/mdx');
const remarkPlugins = existsSync(join(modules, 'remark-gfm')) ? [(await load('remark-gfm')).default] : [];

for await (const line of createInterface({input: process.stdin})) {
  const {id, text} = JSON.parse(line);
  let answer;
  try {
    const code = String(await compile(text, {format: 'mdx', remarkPlugins}));
    const elements = [...code.matchAll(/\b_jsxs?\(([^,\s]+)/g)].map((match) => match[1]);
    answer = {id, ok: true, elements};
  } catch (error) {
    answer = {id, ok: false, error: String(error.message ?? error)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
}
