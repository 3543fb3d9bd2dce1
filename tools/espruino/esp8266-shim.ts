/**
 * What the ESP8266's Espruino has by itself and the one for Linux lacks: Wi-Fi that is there at once, and the chip's own module;
 * pulses are left out, because on Linux their timer never runs and they pile up. And what plays the
 * double's record (record.ts says how the Storage files "double" and "seals", of operation 14, are laid out); where a poll broke off it begins anew with
 * the next one, which draws its keys first (operation 26).
 */
export const esp8266Shim = `
global.digitalPulse=function(){};E.reboot=load;
Modules.addCached("Wifi",function(){var up=[];exports.stopAP=function(){};exports.on=function(e,f){if(e=="connected")up.push(f)};
exports.getIP=function(){return{ip:"192.168.1.104"}};exports.setSNTP=function(){};
exports.connect=function(s,o,f){setTimeout(function(){up.forEach(function(u){u()});f(null)},10)}});
Modules.addCached("ESP8266",function(){exports.getResetInfo=function(){return{reason:"power on"}};exports.reboot=function(){}});
Modules.addCached("double",function(){var storage=require("Storage"),place=[0,0],ram;exports.exec=function(base,op){
if(op===undefined){ram=base;return}var file="double",which=op>>16==14?1:0,entry=storage.read(file,place[0],4);
if(!which&&(entry.length<4||(op>>16===26&&entry.charCodeAt(0)!==26)))place=[0,0];
if(which)file="seals";var at=place[which];entry=storage.read(file,at,4);
if(entry.charCodeAt(0)!==op>>16){print("the double is out of step",at,entry.charCodeAt(0),op>>16);throw 801}
var result=entry.charCodeAt(1)+256*entry.charCodeAt(2),writes=entry.charCodeAt(3);at+=4;
for(;writes>0;writes--){entry=storage.read(file,at,4);var length=entry.charCodeAt(2)+256*entry.charCodeAt(3);
ram.set(storage.read(file,at+4,length),entry.charCodeAt(0)+256*entry.charCodeAt(1));at+=4+length}
place[which]=at;return result}});require("double");
`;
