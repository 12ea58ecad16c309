'use strict';

// chooseAvatar hands over a file on the phone; what comes of it, up to the picture at its public address.

const assert = require('node:assert/strict');
const http = require('node:http');
const { after, before, test } = require('node:test');
const { example } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

// 1 × 1 pixel, red
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4IScHAAK2AQU0pnWqAAAAAElFTkSuQmCC', 'base64',
);
const PATH = 'http://tmp/Yk3fWq.png';

let server;
before(async () => { server = await serve({ MENWEI_SERVER_PUBLIC_URL: 'https://login.example.com' }); });
after(() => server.stop());

const open = (name, file = PNG) => {
  const held = phone({ name, appId: server.appId });
  held.seen.files.set(PATH, file);
  return { ...held, ...example(server, held) };
};

/** Status, headers and bytes at the avatar's URL, by the address the server has in this test. */
const fetchAvatar = (url) => new Promise((resolve, reject) => {
  http.get(url.replace('https://login.example.com', server.url), (answer) => {
    const parts = [];
    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }));
  }).on('error', reject);
});

test('a picture that the user chose is shown on both pages and is to be had at its address', async () => {
  const { open: show, seen } = open('chooser');
  const page = await show('pages/profile/profile');
  assert.equal(page.data.avatarUrl, '');
  await page.onChooseAvatar({ detail: { avatarUrl: PATH } });
  assert.deepEqual([page.data.problem, page.data.isBusy, seen.toasts], [null, false, ['已更换']]);
  assert.match(page.data.avatarUrl, /^https:\/\/login\.example\.com\/avatar\/[0-9a-f]{32}\.jpg$/);
  const home = await show('pages/home/home');
  assert.equal(home.data.user.avatarUrl, page.data.avatarUrl);
  const { status, headers, bytes } = await fetchAvatar(page.data.avatarUrl);
  assert.deepEqual([status, headers['content-type']], [200, 'image/jpeg']);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
});

test('saving the nickname afterwards leaves the picture', async () => {
  const { app } = open('keeper');
  const { avatarUrl } = await app.menwei.upload(PATH);
  const user = await app.menwei.setProfile({ nickName: '李雷', avatarUrl });
  assert.deepEqual([user.nickName, user.avatarUrl], ['李雷', avatarUrl]);
});

test('a new picture has a new address, and the old one is gone', async () => {
  const { app } = open('changer');
  const first = await app.menwei.upload(PATH);
  const second = await app.menwei.upload(PATH);
  assert.notEqual(first.avatarUrl, second.avatarUrl);
  assert.equal((await fetchAvatar(first.avatarUrl)).status, 404);
  assert.equal((await fetchAvatar(second.avatarUrl)).status, 200);
});

test('an upload whose session is over logs in silently and is sent once more', async () => {
  const [mine, other] = [open('renewed'), open('renewed')];
  await mine.app.menwei.me();
  await other.app.menwei.logoutOthers();
  await mine.app.menwei.upload(PATH);
  assert.equal(mine.seen.logins, 2);
  assert.deepEqual(mine.seen.requests.filter(({ path }) => path === '/api/avatar').map(({ status }) => status), [401, 200]);
});

test('a picture that does not fit is explained on the page', async () => {
  const { open: show, app } = open('wrong', Buffer.from('GIF89a'));
  const page = await show('pages/profile/profile');
  await page.onChooseAvatar({ detail: { avatarUrl: PATH } });
  assert.match(page.data.problem.detail, /PNG、JPEG 或 WebP/);
  assert.match(page.data.problem.trace, /^avatar_invalid/);
  await assert.rejects(app.menwei.upload(PATH), { code: 'avatar_invalid', status: 422 });
  const large = open('large', Buffer.alloc(5 * 1024 * 1024));
  await assert.rejects(large.app.menwei.upload(PATH), { code: 'avatar_too_large', status: 413 });
});

test('a phone\'s own path is refused as an address, with a word about the upload', async () => {
  const { app } = open('pathgiver');
  await assert.rejects(app.menwei.setProfile({ avatarUrl: PATH }), (error) => {
    assert.equal(error.code, 'invalid_request');
    assert.match(error.errors[0].message, /wx\.uploadFile/);
    return true;
  });
});

test('a domain that is not listed for uploads is named, and so is an answer that is none of menwei\'s', async () => {
  const { app, wx } = open('unlisted');
  await app.menwei.me();
  wx.uploadFile = ({ fail }) => setImmediate(() => fail({ errMsg: 'uploadFile:fail url not in domain list' }));
  await assert.rejects(app.menwei.upload(PATH), (error) => /uploadFile 合法域名/.test(error.detail));
  wx.uploadFile = ({ success }) => setImmediate(() => success({ statusCode: 200, data: '<html>' }));
  await assert.rejects(app.menwei.upload(PATH), { code: 'bad_answer' });
});
