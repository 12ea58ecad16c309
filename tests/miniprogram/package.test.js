'use strict';

// What the example's files must be for WeChat DevTools and its reviewers to take them.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { EXAMPLE, launch } = require('./support/app');
const { phone } = require('./support/wx');

const files = fs.readdirSync(EXAMPLE, { recursive: true })
  .filter((name) => fs.statSync(path.join(EXAMPLE, name)).isFile());
const text = (name) => fs.readFileSync(path.join(EXAMPLE, name), 'utf8');
const json = (name) => JSON.parse(text(name));
const ending = (end) => files.filter((name) => name.endsWith(end));

test('every page of app.json has its four files, and no page is left out', () => {
  const { pages } = json('app.json');
  for (const page of pages) {
    for (const end of ['js', 'json', 'wxml', 'wxss']) assert.ok(files.includes(`${page}.${end}`), `${page}.${end}`);
  }
  assert.deepEqual(ending('.wxml').filter((name) => name.startsWith('pages/')).sort(), pages.map((page) => `${page}.wxml`).sort());
  for (const name of ending('.json')) json(name);
});

test('each colour that app.json takes from the theme is there, light and dark', () => {
  const theme = json('theme.json');
  const names = [...text('app.json').matchAll(/"@(\w+)"/g)].map(([, name]) => name);
  assert.ok(names.length > 0);
  for (const mode of ['light', 'dark']) assert.deepEqual(Object.keys(theme[mode]).sort(), [...names].sort());
});

test('each colour of the sheets is defined, light and dark', () => {
  const [light, dark] = text('app.wxss').split('@media (prefers-color-scheme: dark)');
  for (const name of ending('.wxss')) {
    for (const [, colour] of text(name).matchAll(/var\((--[\w-]+)\)/g)) {
      assert.ok(light.includes(`${colour}:`) && dark.includes(`${colour}:`), `${colour} in ${name}`);
    }
  }
});

test('each handler and each value that a page\'s markup names exists in its script', async () => {
  const held = phone({ name: 'markup', appId: 'wx00000000000000e1' });
  const { open } = launch(held.wx, { config: { baseUrl: 'http://127.0.0.1:1', demo: {} } });
  const known = new Set(['item', 'true', 'false']);
  for (const page of json('app.json').pages) {
    const opened = await open(page);
    const markup = text(`${page}.wxml`);
    for (const [, handler] of markup.matchAll(/(?:bind|catch):?[a-z]+="(\w+)"/g)) {
      assert.equal(typeof opened[handler], 'function', `${handler} of ${page}`);
    }
    for (const [, inside] of markup.matchAll(/\{\{(.+?)\}\}/g)) {
      const bare = inside.replace(/'[^']*'/g, '').replace(/\.\.\./g, '');
      for (const [name] of bare.matchAll(/(?<![.\w])[A-Za-z]\w*/g)) {
        assert.ok(known.has(name) || name in opened.data, `${name} in ${page}`);
      }
    }
  }
});

test('the markup is whole: every element that opens closes in its place', () => {
  for (const name of ending('.wxml')) {
    const open = [];
    for (const [, closing, element, alone] of text(name).matchAll(/<(\/?)([a-z-]+)(?:"[^"]*"|[^">])*?(\/?)>/g)) {
      if (closing) assert.equal(open.pop(), element, name);
      else if (!alone) open.push(element);
    }
    assert.deepEqual(open, [], name);
  }
});

test('nothing in the package is a secret, a key of WeChat\'s, or an address but the one in config.js', () => {
  for (const name of files.filter((one) => !one.endsWith('.md'))) {
    const whole = text(name);
    assert.doesNotMatch(whole, /app_?secret|session_?key|[0-9a-f]{32}/i, name);
    const code = whole.replace(/\/\*[\s\S]*?\*\/|\/\/ .*/g, '');
    if (name !== 'config.js') assert.doesNotMatch(code, /https?:\/\/\w/, name);
  }
  assert.equal(json('project.config.json').appid, 'touristappid');
});

test('the client needs callbacks only: no promise of wx is used, and no syntax that is newer than its phones', () => {
  for (const name of ending('.js')) {
    assert.doesNotMatch(text(name), /\b(?:async|await)\b|wx\.\w+\([^)]*\)\s*\.then|\?\.|\?\?|\.finally\(/, name);
  }
});
