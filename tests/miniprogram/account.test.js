'use strict';

const assert = require('node:assert/strict');
const { after, before, test } = require('node:test');
const { example } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

let server;
let hasty;
before(async () => {
  server = await serve();
  hasty = await serve({ MENWEI_ACCOUNT_COOLING_OFF: '0s' });
});
after(async () => {
  await server.stop();
  await hasty.stop();
});

const open = (name, where = server) => {
  const held = phone({ name, appId: where.appId });
  return { ...held, ...example(where, held) };
};

test('whoever deletes the account is out on every device, and nothing logs in by itself', async () => {
  const [mine, other] = [open('leaver'), open('leaver')];
  await mine.app.menwei.me();
  await other.app.menwei.me();
  const { erasedAt } = await mine.app.menwei.deleteAccount();
  const days = (Date.parse(erasedAt) - Date.now()) / 86_400_000;
  assert.ok(days > 6.9 && days <= 7, erasedAt);
  await assert.rejects(mine.app.menwei.me(), { code: 'logged_out' });
  assert.equal(mine.seen.logins, 1);
  await assert.rejects(other.app.menwei.me(), { code: 'account_deleted', status: 403, until: erasedAt });
  await assert.rejects(other.app.menwei.me(), { code: 'account_deleted' });
  assert.equal(other.seen.logins, 2, 'one try, then no more');
});

test('a deleted account comes back in time, the same as before', async () => {
  const { app, seen } = open('regretful');
  await app.menwei.setProfile({ nickName: '回头' });
  const { user } = await app.menwei.me();
  await app.menwei.deleteAccount();
  const back = await app.menwei.restoreAccount();
  assert.deepEqual([back.id, back.nickName], [user.id, '回头']);
  assert.equal((await app.menwei.me()).user.id, user.id);
  assert.equal(seen.count('POST', '/api/login'), 1);
});

test('without a cooling-off the account is gone at once, and the next login makes a new one', async () => {
  const { app } = open('gone', hasty);
  await app.menwei.setProfile({ nickName: '过客' });
  const { user } = await app.menwei.me();
  await app.menwei.deleteAccount();
  await assert.rejects(app.menwei.restoreAccount(), { code: 'account_not_found', status: 404 });
  const anew = await app.menwei.login();
  assert.notEqual(anew.user.id, user.id);
  assert.equal(anew.user.nickName, '');
});

test('a frozen user can leave, by a fresh code, and does not come back by it', async () => {
  const { app } = open('frozenleaver');
  const { user } = await app.menwei.me();
  server.freeze(user.id);
  await assert.rejects(app.menwei.me(), { code: 'user_frozen' });
  assert.match((await app.menwei.deleteAccount()).erasedAt, /^\d{4}-/);
  await assert.rejects(app.menwei.restoreAccount(), { code: 'user_frozen' });
});

test('an export holds what the user shared', async () => {
  const { app } = open('curious');
  await app.menwei.setProfile({ nickName: '好奇' });
  const all = await app.menwei.exportAccount();
  assert.equal(all.user.nickName, '好奇');
  assert.deepEqual([all.identities.length, all.sessions.length, all.logins.length, all.shortened], [1, 1, 1, []]);
});

test('the page asks for the word and a yes before it deletes, and offers the way back', async () => {
  const { open: show, seen } = open('careful');
  const page = await show('pages/account/account');
  assert.equal(page.data.state, 'here');
  await page.onDelete();
  page.onType({ detail: { value: '注' } });
  await page.onDelete();
  assert.deepEqual(seen.modals, []);
  page.onType({ detail: { value: ' 注销 ' } });
  seen.agreesTo = () => false;
  await page.onDelete();
  assert.equal(seen.count('DELETE', '/api/account'), 0);
  seen.agreesTo = () => true;
  await page.onDelete();
  assert.deepEqual([page.data.state, page.data.typed, page.data.isBusy], ['deleted', '', false]);
  assert.match(page.data.erasedAt, /月\d+日 \d\d:\d\d$/);
  await page.onRestore();
  assert.deepEqual([page.data.state, page.data.problem], ['here', null]);
  await page.onExport();
  assert.equal(JSON.parse(seen.clipboard).user.nickName, '');
});

test('another device reads that the account is deleted, and leads to the way back', async () => {
  const [mine, other] = [open('twophones'), open('twophones')];
  await other.open('pages/home/home');
  await mine.app.menwei.deleteAccount();
  const home = await other.open('pages/home/home');
  assert.deepEqual([home.data.state, home.data.isDeleted], ['failed', true]);
  assert.match(home.data.problem.hint, /资料将在 .+ 清除/);
  const page = await other.open('pages/account/account');
  assert.equal(page.data.state, 'deleted');
  await page.onRestore();
  await home.onShow();
  assert.deepEqual([home.data.state, home.data.isDeleted], ['in', false]);
});
