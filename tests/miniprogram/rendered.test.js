'use strict';

// The pages as WeChat's own compiler renders them, pressed where a user would press. tests/run installs what it needs.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, test } = require('node:test');
const { example, EXAMPLE } = require('./support/app');
const { serve } = require('./support/server');
const { phone } = require('./support/wx');

const ROOT = process.env.MINIPROGRAM_SIMULATE || installed();

let server;
let simulate;

/** Where tests/run put the packages, for whoever starts this file alone. */
function installed() {
  const target = path.join(__dirname, '..', '..', 'target');
  const found = fs.readdirSync(target).find((name) => name.startsWith('miniprogram-simulate-'));
  assert.ok(found, 'miniprogram-simulate is not installed: run tests/run');
  return path.join(target, found, 'node_modules');
}

before(async () => {
  server = await serve();
  const { JSDOM } = require(path.join(ROOT, 'jsdom'));
  const { window } = new JSDOM('<!doctype html><body></body>');
  for (const name of ['document', 'Node', 'Element', 'HTMLElement', 'Event', 'CustomEvent']) global[name] = window[name];
  global.window = window;
  simulate = require(path.join(ROOT, 'miniprogram-simulate'));
  // it knows components only: a page is one, whose handlers are methods
  global.Page = ({ data, ...methods }) => global.Component({ data, methods });
});
after(() => server && server.stop());

/** Renders a page on a phone of `name`, as it is after its first handlers. */
async function open(name, page) {
  const held = phone({ name, appId: server.appId });
  const { app } = example(server, held);
  global.wx = held.wx;
  global.getApp = () => app;
  const id = simulate.load(path.join(EXAMPLE, page), 'page', { rootPath: EXAMPLE, compiler: 'official' });
  const shown = simulate.render(id);
  shown.attach(document.body.appendChild(document.createElement('div')));
  const { instance } = shown;
  if (instance.onLoad) await instance.onLoad({});
  if (instance.onShow) await instance.onShow();
  return { ...held, app, instance, text: () => shown.dom.textContent, press: (selector) => press(shown, selector) };
}

/** Taps an element, and waits until the page is busy no more. */
async function press(shown, selector) {
  const element = shown.querySelector(selector);
  assert.ok(element, `${selector} is shown`);
  element.dispatchEvent('tap');
  await simulate.sleep(20);
  while (shown.instance.data.isBusy) await simulate.sleep(10);
}

test('a user sees themself, logs out and in again', async () => {
  const page = await open('seen', 'pages/home/home');
  assert.match(page.text(), /已登录/);
  assert.ok(page.text().includes(page.instance.data.user.id));
  await page.press('.danger');
  assert.match(page.text(), /您已退出登录/);
  await page.press('.primary');
  assert.match(page.text(), /已登录/);
});

test('a frozen user reads it on the page', async () => {
  const page = await open('seenfrozen', 'pages/home/home');
  server.freeze(page.instance.data.user.id);
  await page.instance.onShow();
  assert.match(page.text(), /账号已被冻结。如有疑问请联系客服。user_frozen · /);
});

test('a user ends the session of another device by its button', async () => {
  const other = example(server, phone({ name: 'seenowner', appId: server.appId })).app.menwei;
  await other.me();
  const page = await open('seenowner', 'pages/devices/devices');
  assert.match(page.text(), /本机/);
  assert.match(page.text(), /退出其他 1 个设备/);
  await page.press('.end');
  assert.match(page.text(), /没有其他设备/);
});

test('a user leaves by the button once the word is typed, and comes back', async () => {
  const page = await open('seenleaver', 'pages/account/account');
  assert.match(page.text(), /注销之后/);
  await page.press('.danger');
  assert.match(page.text(), /注销之后/, 'nothing was typed');
  page.instance.onType({ detail: { value: '注销' } });
  await page.press('.danger');
  assert.match(page.text(), /账号已注销资料将在 .+ 清除/);
  await page.press('.primary');
  assert.match(page.text(), /注销之后/);
});

test('the nickname\'s form is shown once it is known', async () => {
  const page = await open('seennamer', 'pages/profile/profile');
  assert.match(page.text(), /昵称.*保存/);
});
