// Says which cases there are.
import { readdirSync } from 'node:fs';

for (const file of readdirSync(new URL('cases/', import.meta.url))) {
  const cases = await import(`./cases/${file}`);
  for (const name of Object.keys(cases)) console.log(`${file.replace('.mjs', '')}/${name}`);
}
