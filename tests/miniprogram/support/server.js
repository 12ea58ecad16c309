'use strict';

// A real `menwei serve` with the simulator for WeChat, each on a free port, in a directory of their own.

const { execFileSync, spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const BINARY = process.env.MENWEI_BIN
  || path.join(__dirname, '..', '..', '..', process.env.CARGO_TARGET_DIR || 'target', 'debug', 'menwei');
const APPID = 'wx00000000000000e1';

/** Starts a process and waits until it has printed where it listens. */
function start(argument, env, cwd) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MENWEI_')));
  const child = spawn(BINARY, argument, { cwd, env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise((resolve) => child.once('close', resolve));
  ended.then(() => process.removeListener('exit', kill));
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (text) => {
      printed += text;
      const found = /(?:api_base = "http:\/\/|listening listen=|Console: http:\/\/)(127\.0\.0\.1:\d+)/.exec(printed);
      if (found) resolve({ url: `http://${found[1]}`, stop: () => (child.kill('SIGTERM'), ended) });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    ended.then(() => reject(new Error(`${argument.join(' ')} ended early: ${printed}`)));
  });
}

/** One statement on the server's database, by whichever of the two is at hand. */
function sql(database, statement) {
  try {
    execFileSync('sqlite3', ['-cmd', '.timeout 5000', database, statement]);
  } catch (why) {
    if (why.code !== 'ENOENT') throw why;
    const script = 'import sqlite3,sys;c=sqlite3.connect(sys.argv[1],timeout=5);c.execute(sys.argv[2]);c.commit()';
    execFileSync('python3', ['-c', script, database, statement]);
  }
}

/** @param {object} [settings] further MENWEI_… variables */
async function serve(settings = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'menwei-miniprogram-'));
  const wechat = await start(['simulator', '--listen', '127.0.0.1:0'], {}, folder);
  const database = path.join(folder, 'menwei.db');
  const server = await start(['serve'], {
    MENWEI_SERVER_LISTEN: '127.0.0.1:0',
    MENWEI_SERVER_WORKERS: '2',
    MENWEI_DATABASE_URL: `sqlite://${database}`,
    MENWEI_KEYS_FILE: path.join(folder, 'menwei.key'),
    MENWEI_APP: `${APPID}:not-a-secret`,
    MENWEI_WECHAT_API_BASE: wechat.url,
    ...settings,
  }, folder);
  return {
    url: server.url,
    appId: APPID,
    /** Freezes a user by their public id, as the console does. */
    freeze(uid) {
      sql(database, `UPDATE users SET status = 'frozen', frozen_reason = 'abuse' WHERE uid = '${uid}'`);
    },
    unfreeze(uid) {
      sql(database, `UPDATE users SET status = 'active', frozen_reason = NULL WHERE uid = '${uid}'`);
    },
    async stop() {
      await server.stop();
      await wechat.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

module.exports = { serve, start };
