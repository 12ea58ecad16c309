'use strict';

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { example } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

let server;
before(async () => { server = await serve({ MENWEI_WECHAT_DEADLINE_MS: '400' }); });
after(() => server.stop());

const open = (name, more, at = server) => {
  const held = phone({ name, appId: server.appId, ...more });
  return { ...held, menwei: example(at, held).app.menwei };
};

/** A server that answers what it is told to, one answer after the other, the last one for ever. */
async function answering(answers, work) {
  const asked = [];
  const fake = http.createServer((request, response) => {
    const [status, headers, body] = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status, headers).end(body);
  });
  await new Promise((resolve) => fake.listen(0, '127.0.0.1', resolve));
  try {
    await work({ url: `http://127.0.0.1:${fake.address().port}`, appId: server.appId }, asked);
  } finally {
    fake.close();
  }
}

/** A port that nobody listens on. */
async function freePort() {
  const held = http.createServer();
  await new Promise((resolve) => held.listen(0, '127.0.0.1', resolve));
  const { port } = held.address();
  await new Promise((resolve) => held.close(resolve));
  return port;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const PROBLEM = { 'Content-Type': 'application/problem+json' };
const LOGIN = [200, JSON_TYPE, '{"token":"t1","user":{"id":"u1"}}'];

test('a frozen user gets the clear error, and nothing asks again by itself', async () => {
  const { menwei, seen } = open('frozen');
  const { user } = await menwei.me();
  server.freeze(user.id);
  const refused = await Promise.allSettled([menwei.me(), menwei.getProfile(), menwei.sessions()]);
  for (const { reason } of refused) {
    assert.deepEqual([reason.code, reason.status, reason.detail], ['user_frozen', 403, '账号已被冻结。']);
  }
  assert.equal(seen.logins, 2, 'one for the first session, one that was refused');
  const before = seen.requests.length;
  await assert.rejects(menwei.me(), { code: 'user_frozen' });
  assert.equal(seen.requests.length, before);
  await assert.rejects(menwei.login(), { code: 'user_frozen' }, 'the user may ask');
  assert.equal(seen.logins, 3);
  server.unfreeze(user.id);
  assert.equal((await menwei.login()).user.id, user.id);
});

test('a user whom WeChat refuses is told so after one login', async () => {
  const { menwei, seen } = open('risky', { prefix: 'errcode40226-' });
  await assert.rejects(menwei.me(), { code: 'wechat_user_blocked', status: 403 });
  await assert.rejects(menwei.me(), { code: 'wechat_user_blocked' });
  assert.equal(seen.logins, 1);
});

for (const [what, prefix] of [['invalid', 'errcode40029-'], ['used', 'errcode40163-'], ['not answered in time', 'hang-']]) {
  test(`a code that is ${what} is replaced by a fresh one`, async () => {
    const { menwei, seen } = open('fresh', { prefix, faults: 1 });
    assert.ok((await menwei.me()).user.id);
    assert.equal(seen.logins, 2);
  });
}

test('a fresh code is asked for once only', async () => {
  const { menwei, seen } = open('stale', { prefix: 'errcode40029-' });
  await assert.rejects(menwei.me(), { code: 'code_invalid', status: 400, detail: '凭证无效或已过期，请重试。' });
  assert.equal(seen.logins, 2);
});

test('WeChat being busy is waited for as long as the server says, and tried once more', async () => {
  const { menwei, seen } = open('patient', { prefix: 'busy-', faults: 1 });
  const began = Date.now();
  await menwei.me();
  assert.equal(seen.logins, 2);
  assert.ok(Date.now() - began >= 2000, 'Retry-After is 2 seconds');
});

test('a long Retry-After is told, and no login is sent before it is over', async () => {
  const { menwei, seen } = open('limited', { prefix: 'errcode45011-' });
  const error = await menwei.me().catch((why) => why);
  assert.deepEqual([error.code, error.status], ['rate_limited', 429]);
  assert.ok(error.retryAfter > 3);
  const again = await menwei.login().catch((why) => why);
  assert.equal(again.code, 'rate_limited');
  assert.ok(again.retryAfter > 0 && again.retryAfter <= error.retryAfter);
  assert.equal(seen.logins, 1);
});

test('a server that is down is a clear error, and the same client works once it is up', async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const { menwei, seen } = open('down', {}, { url: `http://${listen}`, appId: server.appId });
  await assert.rejects(menwei.me(), { code: 'network', status: 0, detail: '连不上服务器，请检查网络后再试。' });
  assert.equal(seen.logins, 1);
  const late = await serve({ MENWEI_SERVER_LISTEN: listen });
  try {
    assert.ok((await menwei.me()).user.id);
  } finally {
    await late.stop();
  }
});

test('a field that does not fit is named', async () => {
  const { menwei } = open('fields');
  const error = await menwei.setProfile({ nickName: '名'.repeat(65) }).catch((why) => why);
  assert.deepEqual([error.code, error.status], ['invalid_request', 400]);
  assert.deepEqual(error.errors, [{ field: 'nickName', message: '不能超过 64 个字符' }]);
  assert.ok(error.requestId);
});

test('no status from 300 on counts as a success, whatever the body says', async () => {
  for (const status of [304, 400, 404, 500, 502]) {
    await answering([[status, JSON_TYPE, '{"token":"no"}']], async (at) => {
      await assert.rejects(open('liar', {}, at).menwei.me(), { code: 'bad_answer', status });
    });
  }
});

test('an endpoint that has nothing to say is done', async () => {
  const token = [200, JSON_TYPE, '{"token":"one"}'];
  await answering([token, [204, {}, '']], async (at) => {
    assert.equal(await open('silent', {}, at).menwei.request('POST', '/api/orders', {}), null);
  });
});

test('a page of HTML is no answer, not even with a 200', async () => {
  await answering([[200, { 'Content-Type': 'text/html' }, '<h1>Wi-Fi</h1>']], async (at) => {
    const { menwei, seen } = open('hotel', {}, at);
    await assert.rejects(menwei.me(), { code: 'bad_answer', status: 200 });
    assert.equal(seen.storage.size, 0);
  });
});

test('a server that refuses every token is asked twice, not for ever', async () => {
  const refused = [401, PROBLEM, '{"code":"session_unknown","detail":"登录状态无效，请重新登录。"}'];
  await answering([LOGIN, refused, LOGIN, refused], async (at, asked) => {
    await assert.rejects(open('loop', {}, at).menwei.me(), { code: 'session_unknown', status: 401 });
    assert.deepEqual(asked, ['POST /api/login', 'GET /api/me', 'POST /api/login', 'GET /api/me']);
  });
});

test('a read is repeated once after a short Retry-After, a change is not', async () => {
  const busy = [503, { ...PROBLEM, 'RETRY-AFTER': '1' }, '{"code":"busy","detail":"服务繁忙，请稍后再试。"}'];
  await answering([LOGIN, busy, [200, JSON_TYPE, '{"user":{"id":"u1"},"session":{}}']], async (at, asked) => {
    assert.equal((await open('reader', {}, at).menwei.me()).user.id, 'u1');
    assert.equal(asked.length, 3);
  });
  await answering([LOGIN, busy], async (at, asked) => {
    await assert.rejects(open('changer', {}, at).menwei.setProfile({}), { code: 'busy', retryAfter: 1 });
    assert.equal(asked.length, 2);
  });
});

test('an answer that does not come ends with the timeout', async () => {
  const silent = http.createServer(() => {});
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const held = phone({ name: 'silent', appId: server.appId });
  const { load } = example(server, held);
  const menwei = load('menwei.js').createMenwei({ baseUrl: `http://127.0.0.1:${silent.address().port}/`, timeout: 100 });
  await assert.rejects(menwei.me(), { code: 'timeout', status: 0 });
  silent.closeAllConnections();
  silent.close();
});

test('a phone that cannot store anything still works', async () => {
  const held = phone({ name: 'full', appId: server.appId });
  held.wx.setStorageSync = () => { throw new Error('exceed max size'); };
  held.wx.getStorageSync = () => { throw new Error('fail'); };
  const { menwei } = example(server, held).app;
  await menwei.me();
  await menwei.me();
  assert.equal(held.seen.logins, 1);
});

test('wx.login that fails is an error of its own, and the server is not asked', async () => {
  const held = phone({ name: 'nologin', appId: server.appId });
  held.wx.login = ({ fail }) => fail({ errMsg: 'login:fail system error' });
  await assert.rejects(example(server, held).app.menwei.me(), { code: 'wx_login_failed', status: 0 });
  assert.equal(held.seen.requests.length, 0);
});
