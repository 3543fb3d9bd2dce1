// Runs on Espruino and on the virtual board alike: one connection to each of the servers of record-socket-events.ts, whose ports the caller puts in front as
// PORTS. What happens is printed as "case: event". Only what both have in common is used, so no Wi-Fi.

var SILENCE = 250;
var cases = [];

function say(name, text) {
  print("@" + name + ": " + text);
}

function listen(name, socket) {
  socket.on("drain", function () {
    say(name, "drain");
  });
  socket.on("data", function (data) {
    say(name, "data " + data.length);
  });
  socket.on("error", function (error) {
    say(name, "error " + error.code);
  });
  socket.on("end", function () {
    say(name, "end");
  });
  socket.on("close", function (hadError) {
    say(name, "close " + hadError);
  });
}

function open(name, host, onConnect) {
  var socket;
  try {
    socket = require("net").connect({ host: host, port: PORTS[name] }, function (given) {
      say(name, "connect");
      if (onConnect) onConnect(given);
    });
    listen(name, socket);
  } catch (error) {
    say(name, "connect threw " + typeof error);
  }
  return socket;
}

function repeated(count) {
  var text = "0123456789abcdef";
  while (text.length < count) text += text;
  return text.substr(0, count);
}

function sendsGet(name) {
  return function () {
    open(name, "127.0.0.1", function (socket) {
      socket.write("GET");
    });
  };
}

cases.push(sendsGet("normal"));
cases.push(sendsGet("big"));
cases.push(sendsGet("halfClose"));
cases.push(sendsGet("reset"));
cases.push(sendsGet("silent"));

cases.push(function () {
  open("refuse", "127.0.0.1");
});

cases.push(function () {
  open("unknownHost", "no-such-host.invalid");
});

cases.push(function () {
  var socket = open("earlyWrite", "127.0.0.1");
  say("earlyWrite", "write gives " + socket.write(repeated(1000)));
});

cases.push(function () {
  open("queuedEnd", "127.0.0.1", function (socket) {
    socket.write(repeated(1000));
    socket.end();
    try {
      socket.write("more");
    } catch (error) {
      say("queuedEnd", "threw " + error.message);
    }
  });
});

cases.push(function () {
  open("endAtOnce", "127.0.0.1", function (socket) {
    socket.end();
  });
});

cases.push(function () {
  open("closedWhileSending", "127.0.0.1", function (socket) {
    socket.write(repeated(3000));
  });
});

cases.push(function () {
  var socket = require("net").connect({ host: "127.0.0.1", port: PORTS.lateListener }, function () {
    say("lateListener", "connect");
  });
  setTimeout(function () {
    var times = 0;
    say("lateListener", "available " + socket.available());
    socket.on("data", function (data) {
      if (times++ < 4) say("lateListener", "data " + data.length);
      else if (times === 6) socket.end();
    });
  }, SILENCE / 2);
});

cases.push(function () {
  var socket = open("writeInData", "127.0.0.1", function (given) {
    given.write("GET");
  });
  socket.on("data", function () {
    socket.write(repeated(300));
  });
});

function next() {
  var one = cases.shift();
  if (!one) {
    print("@done");
    setTimeout(quit, 10);
    return;
  }
  one();
  setTimeout(next, SILENCE);
}

next();
