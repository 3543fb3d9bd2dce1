/** Polls one after the other without the pause between them, and what they leave in memory. */

/** How much later than at the end of a poll, in milliseconds, it has let go of everything. */
const settlingTime = 150;
/** From this one on, the handle of a timer takes a variable of its own on a build of 1600 variables. */
const bigHandle = 1024;
/** Most samples at either end of which the least counts: one may see a variable that Espruino's own loop is just using. */
const samples = 10;

/**
 * A prelude to the firmware: each poll begins when the one before is at rest, not when `intervalSeconds` are over; what is in use then is printed.
 * Handles of timers count up while one of them is always pending; here they begin where they are big, so that they take as much in the first poll as in the last.
 * @param intervalSeconds longer than the board's patience, which has timers, too, and more than half of what the guard waits
 */
export function pollDriver(intervalSeconds: number): string {
  const interval = intervalSeconds * 1000;
  return `(function(n,f,t,u){for(;n>=0;n--){u=t;t=setTimeout(f,1e9);if(u)clearTimeout(u)}})(${bigHandle},function(){});
var $n=process.memory,$f;global.setTimeout=(function(q){return function(f,t,a,b,c){
if(t<${interval}||t>=${2 * interval})return q(f,t,a,b,c);$f=f;return 1}})(setTimeout);
(function(q){global.print=function(s){q(s);if(s=="closing connection")setTimeout(function(){q("@rest",$n().usage);$f()},${settlingTime})}})(console.log);`;
}

/** What the driver prints when a poll is at rest. */
export const atRest = "@rest \\d+\\n";

/** Variables in use at rest after each poll. */
export function restFigures(output: string): number[] {
  return [...output.matchAll(/@rest (\d+)/g)].map((found) => Number(found[1]));
}

/** Variables in use at rest after the first polls, and after the last ones. */
export function firstAndLast(rest: number[]): { first: number; last: number } {
  const some = Math.min(samples, Math.ceil(rest.length / 2));
  return { first: Math.min(...rest.slice(0, some)), last: Math.min(...rest.slice(-some)) };
}
