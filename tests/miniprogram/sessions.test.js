'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { example } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

let server;
before(async () => { server = await serve(); });
after(() => server.stop());

const open = (name, more) => {
  const held = phone({ name, appId: server.appId, ...more });
  return { ...held, menwei: example(server, held).app.menwei };
};

test('requests that start together share one login', async () => {
  const { menwei, seen } = open('together');
  const answers = await Promise.all([menwei.me(), menwei.getProfile(), menwei.sessions(), menwei.me(), menwei.me()]);
  assert.equal(seen.logins, 1);
  assert.equal(seen.count('POST', '/api/login'), 1);
  assert.equal(answers[0].user.id, answers[1].id);
  assert.equal(answers[2].length, 1);
  assert.equal(seen.requests.at(-1).header.Authorization.startsWith('Bearer '), true);
});

test('the token outlives the app, so that a new launch needs no login', async () => {
  const first = open('again');
  const { user } = await first.menwei.me();
  const second = open('again', { storage: first.seen.storage });
  assert.equal((await second.menwei.me()).user.id, user.id);
  assert.equal(second.seen.logins, 0);
});

test('a token is never shown to another server', async () => {
  const first = open('elsewhere');
  await first.menwei.me();
  const held = phone({ name: 'elsewhere', appId: server.appId, storage: first.seen.storage });
  const other = example({ ...server, url: server.url.replace('127.0.0.1', 'localhost') }, held).app.menwei;
  await other.me();
  assert.equal(held.seen.requests[0].path, '/api/login');
  assert.equal(held.seen.requests[0].header.Authorization, undefined);
});

test('a session that was ended elsewhere is renewed silently, once for all requests', async () => {
  const [mine, other] = [open('revoked'), open('revoked')];
  await mine.menwei.me();
  assert.equal(await other.menwei.logoutOthers(), 1);
  const answers = await Promise.all([mine.menwei.me(), mine.menwei.me(), mine.menwei.me()]);
  assert.equal(new Set(answers.map(({ session }) => session.sid)).size, 1);
  assert.equal(mine.seen.logins, 2);
  assert.equal(mine.seen.requests.filter(({ status }) => status === 401).length, 3);
});

test('a 401 that comes late, for a token that was renewed meanwhile, costs no further login', async () => {
  const [mine, other] = [open('latecomer'), open('latecomer')];
  await mine.menwei.me();
  await other.menwei.logoutOthers();
  let refuse;
  const tokens = [];
  const slow = mine.menwei.withSession((token) => {
    tokens.push(token);
    return tokens.length > 1 ? Promise.resolve() : new Promise((_, reject) => { refuse = reject; });
  });
  await mine.menwei.me();
  refuse(Object.assign(new Error('over'), { status: 401 }));
  await slow;
  assert.equal(mine.seen.logins, 2);
  assert.equal(`Bearer ${tokens[1]}`, mine.seen.requests.at(-1).header.Authorization);
});

test('what changes something is repeated after a 401, too: the server did nothing', async () => {
  const [mine, other] = [open('writer'), open('writer')];
  await mine.menwei.me();
  await other.menwei.logoutOthers();
  const user = await mine.menwei.setProfile({ nickName: '小作家' });
  assert.equal(user.nickName, '小作家');
  assert.equal((await other.menwei.getProfile()).nickName, '小作家');
});

test('after a logout nothing logs in until the user does, not even a new launch', async () => {
  const { menwei, seen } = open('leaver');
  await menwei.me();
  const token = seen.requests.at(-1).header.Authorization;
  await menwei.logout();
  assert.equal([...seen.storage.values()].join().includes(token.slice(7)), false);
  await assert.rejects(menwei.me(), { code: 'logged_out', status: 0 });
  const later = open('leaver', { storage: seen.storage });
  await assert.rejects(later.menwei.me(), { code: 'logged_out' });
  assert.equal(later.seen.requests.length, 0);
  await later.menwei.login();
  assert.equal(later.seen.logins, 1);
  const all = await later.menwei.sessions();
  assert.equal(all.length, 1, 'the server ended the first one');
});

test('a logout during a login leaves nobody logged in', async () => {
  const { menwei, seen } = open('hasty');
  const asked = menwei.me();
  const left = menwei.logout();
  await assert.rejects(asked, { code: 'logged_out' });
  await left;
  assert.deepEqual(seen.requests.map(({ path, status }) => [path, status]), [['/api/login', 200], ['/api/logout', 200]]);
});

test('a logout counts from the press on, even if the app ends before the server answers', async () => {
  const { menwei, seen } = open('quitter');
  await menwei.me();
  const left = menwei.logout();
  const later = open('quitter', { storage: new Map(seen.storage) });
  await assert.rejects(later.menwei.me(), { code: 'logged_out' });
  await left;
});

test('logging out of a session that is over already is no error', async () => {
  const [mine, other] = [open('late'), open('late')];
  await mine.menwei.me();
  await other.menwei.logoutOthers();
  await mine.menwei.logout();
  assert.equal(mine.seen.requests.at(-1).status, 401);
  assert.equal(mine.seen.logins, 1);
});

test('one of several devices can be ended', async () => {
  const [mine, other] = [open('devices'), open('devices')];
  await mine.menwei.me();
  await other.menwei.me();
  const theirs = (await mine.menwei.sessions()).find(({ current }) => !current);
  await mine.menwei.endSession(theirs.sid);
  assert.equal((await mine.menwei.sessions()).length, 1);
  await assert.rejects(mine.menwei.endSession(theirs.sid), { code: 'not_found', status: 404 });
});

test('a call of one\'s own, such as an upload, gets a token and the same silent renewal', async () => {
  const [mine, other] = [open('upload'), open('upload')];
  await mine.menwei.me();
  await other.menwei.logoutOthers();
  const tokens = [];
  const result = await mine.menwei.withSession((token) => {
    tokens.push(token);
    return tokens.length === 1 ? Promise.reject(Object.assign(new Error('over'), { status: 401 })) : Promise.resolve('done');
  });
  assert.equal(result, 'done');
  assert.notEqual(tokens[0], tokens[1]);
});

test('without an AppID of its own the example logs in as somebody of the demo', async () => {
  const held = phone({ name: 'the code is a mock one', appId: 'touristappid' });
  const { menwei } = example(server, held).app;
  const { user } = await menwei.me();
  assert.equal(held.seen.logins, 0, 'wx.login has no real code to give here');
  const sameDay = example(server, phone({ name: 'another', appId: '' })).app.menwei;
  assert.equal((await sameDay.me()).user.id, user.id);
});
