/** What the ESP8266's Espruino has by itself and the one for Linux lacks: Wi-Fi that is there at once, and the chip's own module. */
export const esp8266Shim = `
Modules.addCached("Wifi",function(){var up=[];exports.stopAP=function(){};exports.on=function(e,f){if(e=="connected")up.push(f)};
exports.getIP=function(){return{ip:"192.168.1.104"}};exports.setSNTP=function(){};
exports.connect=function(s,o,f){setTimeout(function(){up.forEach(function(u){u()});f(null)},10)}});
Modules.addCached("ESP8266",function(){exports.getResetInfo=function(){return{reason:"power on"}};exports.reboot=function(){}});
`;
