'use strict';

// What a newcomer does: `menwei demo`, and the example as it is.

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { EXAMPLE, launch } = require('./support/app');
const { start } = require('./support/server');
const { phone } = require('./support/wx');

test('the example as it is works against the demo: only the port differs here', async () => {
  const demo = await start(['demo', '--users', '10', '--listen', '127.0.0.1:0'], {}, EXAMPLE);
  try {
    const config = require(path.join(EXAMPLE, 'config.js'));
    assert.equal(config.baseUrl, 'http://127.0.0.1:8080', 'where the demo is unless told');
    const { wx, seen } = phone({ name: 'x', appId: 'touristappid' });
    const { open } = launch(wx, { config: { ...config, baseUrl: demo.url } });
    const home = await open('pages/home/home');
    assert.deepEqual([home.data.state, home.data.problem], ['in', null]);
    const profile = await open('pages/profile/profile');
    await profile.onSave({ detail: { value: { nickName: '小明' } } });
    assert.equal(profile.data.nickName, '小明');
    assert.equal((await open('pages/devices/devices')).data.sessions.length, 1);
    assert.equal(seen.count('POST', '/api/login'), 1);
  } finally {
    await demo.stop();
  }
});
