'use strict';

// WeChat's base library as far as the example and the tutorial need it: real HTTP, real storage, callbacks only.

const http = require('node:http');

let codes = 0;

/**
 * A phone of `name` with the mini-program `appId`.
 * @param {{name: string, appId: string, storage?: Map<string, unknown>, prefix?: string, userInfo?: object}} options
 *   `storage` outlives the app; `prefix` makes the simulator misbehave for the first `faults` codes
 */
function phone({ name, appId, storage = new Map(), prefix = '', faults = Infinity, userInfo }) {
  const requests = [];
  const seen = { requests, logins: 0, toasts: [], modals: [], clipboard: '', files: new Map(), storage, agreesTo: () => true };
  let faulty = faults;

  const wx = {
    login({ success }) {
      seen.logins += 1;
      codes += 1;
      const code = `${faulty > 0 ? prefix : ''}${name}-${process.pid}x${codes}`;
      faulty -= 1;
      setImmediate(() => success({ code, errMsg: 'login:ok' }));
    },

    request(options) {
      const url = new URL(options.url);
      const record = { method: options.method || 'GET', path: url.pathname, header: options.header || {}, status: 0 };
      requests.push(record);
      const body = options.data === undefined ? undefined : Buffer.from(JSON.stringify(options.data));
      const headers = { 'content-type': 'application/json', ...options.header };
      if (body) headers['content-length'] = body.length;
      // wx.request calls any answer a success; it fails only where there is none
      const fail = (errMsg, errno) => options.fail && options.fail({ errMsg: `request:fail ${errMsg}`, errno });
      const asked = http.request(url, { method: record.method, headers, timeout: options.timeout, agent: false });
      asked.on('timeout', () => asked.destroy(Object.assign(new Error('timeout'), { errno: 5 })));
      asked.on('error', (why) => fail(why.message, why.errno === 5 ? 5 : 600001));
      asked.on('response', (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => {
          record.status = answer.statusCode;
          const text = Buffer.concat(parts).toString();
          let data = text;
          try {
            data = JSON.parse(text);
          } catch (notJson) {
            // then the text is handed over, as the base library does
          }
          // in the server's own spelling, which the phone does not change
          const pairs = answer.rawHeaders.flatMap((word, at, all) => (at % 2 ? [] : [[word, all[at + 1]]]));
          const header = Object.fromEntries(pairs);
          options.success({ data, statusCode: answer.statusCode, header, errMsg: 'request:ok' });
        });
      });
      asked.end(body);
    },

    /** What it hands over is a text, and no headers. `files` are what lies on the phone, by path. */
    uploadFile(options) {
      const url = new URL(options.url);
      const record = { method: 'POST', path: url.pathname, header: options.header || {}, status: 0 };
      requests.push(record);
      const fail = (errMsg) => setImmediate(() => options.fail && options.fail({ errMsg: `uploadFile:fail ${errMsg}` }));
      const file = seen.files.get(options.filePath);
      if (!file) return fail('file not found');
      const boundary = `----WeChat${process.pid}x${requests.length}`;
      const part = (disposition, bytes) => Buffer.concat([
        Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`), bytes, Buffer.from('\r\n'),
      ]);
      const fields = Object.entries(options.formData || {}).map(([name, value]) => part(`name="${name}"`, Buffer.from(value)));
      const named = `name="${options.name}"; filename="tmp"\r\nContent-Type: image/png`;
      const body = Buffer.concat([...fields, part(named, file), Buffer.from(`--${boundary}--\r\n`)]);
      const headers = {
        'content-type': `multipart/form-data; boundary=${boundary}`, ...options.header, 'content-length': body.length,
      };
      const asked = http.request(url, { method: 'POST', headers, timeout: options.timeout, agent: false });
      asked.on('error', (why) => fail(why.message));
      asked.on('response', (answer) => {
        const parts = [];
        answer.on('data', (piece) => parts.push(piece));
        answer.on('end', () => {
          record.status = answer.statusCode;
          const data = Buffer.concat(parts).toString();
          options.success({ data, statusCode: answer.statusCode, errMsg: 'uploadFile:ok' });
        });
      });
      return asked.end(body);
    },

    // what is stored is a copy, as on a phone
    getStorageSync: (key) => (storage.has(key) ? JSON.parse(storage.get(key)) : ''),
    setStorageSync: (key, value) => void storage.set(key, JSON.stringify(value)),
    removeStorageSync: (key) => void storage.delete(key),
    getAccountInfoSync: () => ({ miniProgram: { appId, envVersion: 'develop', version: '' } }),
    getUserProfile: ({ success }) => setImmediate(() => success({ userInfo, errMsg: 'getUserProfile:ok' })),
    showToast: ({ title }) => void seen.toasts.push(title),
    showModal: (options) => {
      seen.modals.push(options.title);
      setImmediate(() => options.success({ confirm: seen.agreesTo(options.title), cancel: false }));
    },
    setClipboardData: ({ data }) => {
      seen.clipboard = data;
    },
    stopPullDownRefresh: () => {},
  };
  /** How many requests of `method path` there were. */
  seen.count = (method, path) => requests.filter((one) => one.method === method && one.path === path).length;
  return { wx, seen };
}

module.exports = { phone };
