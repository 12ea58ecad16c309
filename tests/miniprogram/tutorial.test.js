'use strict';

// Page code as the tutorials teach it must work as it is.

const assert = require('node:assert/strict');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { launch } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

const servers = {};
before(async () => {
  servers.usual = await serve();
  servers.alias = await serve({ MENWEI_API_SESSION_KEY_ALIAS: 'true' });
});
after(async () => { for (const server of Object.values(servers)) await server.stop(); });

const ANNA = {
  nickName: '安娜', avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/anna/132', gender: 2, country: 'China',
  province: 'Guangdong', city: 'Guangzhou', language: 'zh_CN',
};
// what wx.getUserProfile says of everybody since 2022
const GREY = {
  nickName: '微信用户',
  avatarUrl: 'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132',
  gender: 0, country: '', province: '', city: '', language: '',
};
const BEARER = { tokenField: 'token', headerName: 'Authorization', headerPrefix: 'Bearer ' };

async function run(server, name, page, { way = BEARER, userInfo = ANNA, taps }) {
  const held = phone({ name, appId: server.appId, userInfo });
  const { app, open } = launch(held.wx, { folder: path.join(__dirname, 'tutorial') });
  Object.assign(app.globalData, { serverUrl: server.url, appId: server.appId }, way);
  const opened = await open(page);
  for (const tap of taps) {
    await new Promise((resolve) => {
      app.globalData.onDone = resolve;
      opened[tap]();
    });
  }
  return opened.data.answers;
}

const BOTH = ['onLoginTap', 'onGetProfileTap'];

test('login, then what the user shares, on the token of the answer', async () => {
  const [login, profile] = await run(servers.usual, 'anna', 'login', { taps: BOTH });
  assert.equal(login.statusCode, 200);
  assert.equal(login.data.session_key, undefined, 'the alias is off unless it is switched on');
  assert.deepEqual([profile.statusCode, profile.data.status], [200, 'success']);
  const { nickName, avatarUrl, gender, country, province, city, language } = profile.data.user;
  assert.deepEqual({ nickName, avatarUrl, gender, country, province, city, language }, ANNA);
});

test('the grey default of today\'s wx.getUserProfile is taken, and overwrites nothing', async () => {
  await run(servers.usual, 'grey', 'login', { taps: BOTH });
  const [, profile] = await run(servers.usual, 'grey', 'login', { userInfo: GREY, taps: BOTH });
  assert.deepEqual([profile.statusCode, profile.data.user.nickName], [200, '安娜']);
});

test('the code in the body instead of a session', async () => {
  const [answer] = await run(servers.usual, 'bodycode', 'with-code', { taps: ['onSaveTap'] });
  assert.deepEqual([answer.statusCode, answer.data.status, answer.data.user.nickName], [200, 'success', '安娜']);
  assert.equal(typeof answer.data.token, 'string');
});

for (const [headerName, headerPrefix] of [['Authorization', 'Bearer '], ['X-WX-Skey', '']]) {
  test(`session_key of the answer, carried in ${headerName}, where the alias is on`, async () => {
    const way = { tokenField: 'session_key', headerName, headerPrefix };
    const [login, profile] = await run(servers.alias, 'alias', 'login', { way, taps: BOTH });
    assert.equal(login.data.session_key, login.data.token, 'never WeChat\'s own');
    assert.deepEqual([profile.statusCode, profile.data.user.nickName], [200, '安娜']);
  });
}
