// Runs one case. It ends with 0 if the case passes and nothing in the page broke a rule.
import { World } from './world.mjs';

const world = new World(JSON.parse(process.argv[2]));
const [file, name] = world.case.split('/');
const cases = await import(`./cases/${file}.mjs`);
let status = 0;
try {
  await world.open();
  await cases[name](world);
  world.check();
} catch (error) {
  console.log(error.stack, world.broken);
  await world.picture('failed').catch(() => {});
  status = 1;
} finally {
  await world.close();
}
// Writes that nobody answers would keep the script waiting.
process.exit(status);
