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
  return { ...held, ...example(server, held) };
};

test('the home page says who is logged in, and copies the id', async () => {
  const { open: show, seen } = open('home');
  const page = await show('pages/home/home');
  assert.equal(page.data.state, 'in');
  assert.equal(page.data.initial, '我');
  assert.match(page.data.since, /^今天 \d\d:\d\d$/);
  assert.match(page.data.until, /月\d+日 \d\d:\d\d$/);
  page.onCopyId();
  assert.equal(seen.clipboard, page.data.user.id);
  await page.onPullDownRefresh();
  assert.equal(seen.logins, 1);
});

test('logging out on the home page stays so until the button is pressed', async () => {
  const { open: show, seen } = open('home2');
  const page = await show('pages/home/home');
  await page.onLogout();
  assert.deepEqual([page.data.state, page.data.user, page.data.problem], ['out', null, null]);
  await page.onShow();
  assert.equal(page.data.state, 'out');
  assert.equal(seen.logins, 1);
  await page.onLogin();
  assert.equal(page.data.state, 'in');
});

test('a second press while the first is under way does nothing', async () => {
  const { open: show, seen } = open('home3');
  const page = await show('pages/home/home');
  const first = page.onLogout();
  assert.equal(page.data.isBusy, true);
  assert.equal(page.onLogout(), undefined);
  await first;
  assert.equal(seen.count('POST', '/api/logout'), 1);
});

test('a frozen user reads why, and what to do', async () => {
  const { open: show, seen } = open('coldhome');
  const page = await show('pages/home/home');
  server.freeze(page.data.user.id);
  await page.onShow();
  assert.equal(page.data.state, 'failed');
  assert.equal(page.data.problem.detail, '账号已被冻结。');
  assert.match(page.data.problem.hint, /客服/);
  assert.match(page.data.problem.trace, /^user_frozen · \S+$/);
  await page.onShow();
  assert.equal(seen.logins, 2);
});

test('a nickname is saved, and the home page shows it', async () => {
  const { open: show, seen } = open('namer');
  const page = await show('pages/profile/profile');
  assert.deepEqual([page.data.isLoaded, page.data.nickName], [true, '']);
  await page.onSave({ detail: { value: { nickName: ' 李雷🌱 ' } } });
  assert.equal(page.data.nickName, '李雷🌱');
  assert.deepEqual(seen.toasts, ['已保存']);
  const home = await show('pages/home/home');
  assert.deepEqual([home.data.user.nickName, home.data.initial], ['李雷🌱', '李']);
});

test('a nickname that does not fit is explained beside the field', async () => {
  const { open: show, seen } = open('namer2');
  const page = await show('pages/profile/profile');
  page.onSave({ detail: { value: { nickName: '  ' } } });
  assert.equal(page.data.fault, '请填写昵称。');
  await page.onSave({ detail: { value: { nickName: '名'.repeat(65) } } });
  assert.equal(page.data.fault, '昵称不能超过 64 个字符。');
  assert.equal(page.data.isBusy, false);
  page.onReview({ detail: { pass: false, timeout: false } });
  assert.match(page.data.fault, /微信的检查/);
  page.onReview({ detail: { pass: true, timeout: false } });
  assert.equal(page.data.fault, '');
  assert.deepEqual(seen.toasts, []);
});

const tap = (session) => ({ currentTarget: { dataset: { sid: session.sid, device: session.device } } });

test('the devices page lists the user\'s sessions and ends one', async () => {
  const [mine, ...others] = [open('owner'), open('owner'), open('owner')];
  for (const { app } of others) await app.menwei.me();
  const page = await mine.open('pages/devices/devices');
  assert.equal(page.data.sessions.length, 3);
  assert.equal(page.data.others, 2);
  assert.equal(page.data.sessions.filter(({ isCurrent }) => isCurrent).length, 1);
  const other = page.data.sessions.find(({ isCurrent }) => !isCurrent);
  await page.onEnd(tap(other));
  assert.equal(page.data.others, 1);
  await page.onEnd(tap(other));
  assert.equal(page.data.problem, null, 'that it is over already is no error');
  assert.deepEqual(mine.seen.modals, Array(2).fill(`让“${other.device}”退出登录？`));
});

test('the devices page ends all others, but only after a yes', async () => {
  const [mine, other] = [open('owner2'), open('owner2')];
  await other.app.menwei.me();
  const page = await mine.open('pages/devices/devices');
  mine.seen.agreesTo = () => false;
  await page.onEndOthers();
  assert.equal(page.data.others, 1);
  assert.equal(mine.seen.count('DELETE', '/api/sessions'), 0);
  mine.seen.agreesTo = () => true;
  await page.onEndOthers();
  assert.deepEqual([page.data.others, page.data.isBusy], [0, false]);
  await mine.app.menwei.me();
  assert.equal(mine.seen.logins, 1, 'this device stays logged in');
});

test('a server that is down is said on every page', async () => {
  const held = phone({ name: 'nowhere', appId: server.appId });
  const { open: show } = example({ url: 'http://127.0.0.1:1', appId: server.appId }, held);
  for (const name of ['home/home', 'profile/profile', 'devices/devices', 'account/account']) {
    const page = await show(`pages/${name}`);
    assert.equal(page.data.problem.detail, '连不上服务器，请检查网络后再试。', name);
    assert.equal(page.data.isBusy, false, name);
  }
});
