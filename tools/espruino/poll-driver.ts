/** Polls one after the other without the pause between them, and what they leave in memory. */

/** How much later than at the end of a poll, in milliseconds, it has let go of everything. */
const settlingTime = 150;
/** Most samples at either end of which the least counts: one may see a variable that Espruino's own loop is just using. */
const samples = 10;

/** A prelude to the firmware: each poll begins when the one before is at rest, not when `intervalSeconds` are over; what is in use then is printed. */
export function pollDriver(intervalSeconds: number): string {
  return `var $n=process.memory,$f;global.setTimeout=(function(q){return function(f,t,a,b,c){
if(t<${intervalSeconds * 1000})return q(f,t,a,b,c);$f=f;return 1}})(setTimeout);
(function(q){global.print=function(s){q(s);if(s=="closing connection")setTimeout(function(){q("@rest",$n().usage);$f()},${settlingTime})}})(console.log);`;
}

/** What the driver prints when a poll is at rest. */
export const atRest = "@rest \\d+\\n";

/** Variables in use at rest after the first polls, and after the last ones. */
export function restFigures(output: string): { first: number; last: number } {
  const rest = [...output.matchAll(/@rest (\d+)/g)].map((found) => Number(found[1]));
  const some = Math.min(samples, Math.ceil(rest.length / 2));
  return { first: Math.min(...rest.slice(0, some)), last: Math.min(...rest.slice(-some)) };
}
