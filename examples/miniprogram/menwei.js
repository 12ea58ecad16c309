/**
 * The mini-program's way to menwei: one login for all requests, a token that is renewed silently, errors with a code.
 * Copy this one file into a mini-program of your own. It needs `wx` and nothing else, and uses its callbacks only.
 */

/**
 * @typedef {object} Options
 * @property {string} baseUrl where menwei is, such as `https://login.example.com`
 * @property {string} [appId] which mini-program this is; may be left out when menwei serves one only
 * @property {number} [timeout] milliseconds that one request may take; 10,000 unless told
 * @property {() => string} [codeOf] makes the login code where `wx.login` has none to give
 */

/**
 * What every call here fails with. `code` is stable, for programs; `detail` is for people.
 * @typedef {Error & Problem} MenweiError
 *
 * @typedef {object} Problem
 * @property {string} code one of the server's (`user_frozen`, `rate_limited` …), or one of this file's: `network`,
 *   `timeout`, `domain_not_listed`, `wx_login_failed`, `bad_answer`, `logged_out`
 * @property {string} detail a sentence for the user
 * @property {number} status the answer's HTTP status; 0 when there was no answer
 * @property {string} [requestId] what the server's log calls the request
 * @property {number} [retryAfter] seconds to wait before it is worth trying again
 * @property {string} [until] when a freeze ends, or a deleted account is erased
 * @property {{field: string, message: string}[]} [errors] each faulty field and what is wrong with it
 */

/**
 * @typedef {{id: string, nickName: string, avatarUrl: string}} User
 * @typedef {{sid: string, createdAt: string, expiresAt: string}} OwnSession
 * @typedef {{sid: string, appId: string, createdAt: string, lastSeenAt: string, expiresAt: string, device: string,
 *   ip: string, current: boolean}} Session
 * @typedef {{nickName?: string, avatarUrl?: string, gender?: number, country?: string, province?: string,
 *   city?: string, language?: string, rawData?: string, signature?: string, encryptedData?: string, iv?: string}} Profile
 */

const STORAGE_KEY = 'menwei';
/** A fresh code from wx.login mends these. */
const ONCE_MORE = ['code_invalid', 'code_used', 'wechat_timeout'];
/** Nothing on the phone mends these: asking again by itself would only be a loop. */
const KEPT_OUT = ['user_frozen', 'wechat_user_blocked', 'account_deleted'];
/** Milliseconds that a picture may take, at the least. */
const UPLOAD_TIMEOUT = 30000;
/** Seconds that a user can be kept waiting without a word. */
const BRIEF = 3;

/**
 * @param {string} code
 * @param {string} detail
 * @param {object} [more]
 * @returns {MenweiError}
 */
function failure(code, detail, more) {
  return Object.assign(new Error(detail), { code, detail, status: 0 }, more);
}

/** Reads a header in whatever case the platform hands it over. */
function header(answer, name) {
  const headers = answer.header || {};
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return key === undefined ? '' : String(headers[key]);
}

/** The error in an answer: wx.request calls every answer a success, whatever its status. */
function problemOf(answer) {
  const told = answer.data && typeof answer.data.code === 'string' ? answer.data : {};
  const seconds = Number.parseInt(header(answer, 'retry-after'), 10);
  return failure(told.code || 'bad_answer', told.detail || '服务器的回应无法识别，请稍后再试。', {
    status: answer.statusCode,
    requestId: told.requestId || header(answer, 'x-request-id') || undefined,
    retryAfter: seconds >= 0 ? seconds : undefined,
    until: told.until,
    errors: told.errors,
  });
}

/** The error of a request that got no answer; `list` is where its domain must stand in the back office. */
function unreachable(why, list) {
  const text = String((why && why.errMsg) || '');
  const errno = why && why.errno;
  if (errno === 5 || /timeout|time out/i.test(text)) return failure('timeout', '网络超时，请稍后再试。');
  if (errno === 600002 || /domain/i.test(text)) {
    return failure('domain_not_listed', `服务器地址不在小程序的 ${list} 合法域名里。`);
  }
  return failure('network', '连不上服务器，请检查网络后再试。');
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const isBrief = (error) => error.retryAfter !== undefined && error.retryAfter <= BRIEF;

/**
 * @param {Options} options
 */
function createMenwei(options) {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const timeout = options.timeout || 10000;

  /** What is kept on the phone. A token of another server is none: it must not be shown to this one. */
  const kept = { baseUrl, token: '', isOut: false };
  try {
    const stored = wx.getStorageSync(STORAGE_KEY);
    if (stored && stored.baseUrl === baseUrl) Object.assign(kept, stored);
  } catch (unreadable) {
    // then this launch begins with a login
  }
  /** @type {Promise<void> | null} the login under way, which all requests share */
  let signingIn = null;
  /** @type {{error: MenweiError, until: number} | null} why no login is tried for now */
  let refusal = null;

  function keep(changes) {
    Object.assign(kept, changes);
    try {
      wx.setStorageSync(STORAGE_KEY, Object.assign({}, kept));
    } catch (full) {
      // then the token lasts as long as this launch
    }
  }

  function send(method, path, data, token) {
    return new Promise((resolve, reject) => {
      const headers = { 'Accept-Language': 'zh-CN' };
      if (token) headers.Authorization = `Bearer ${token}`;
      wx.request({
        url: baseUrl + path,
        method,
        data,
        header: headers,
        timeout,
        success(answer) {
          const isGood = answer.statusCode >= 200 && answer.statusCode < 300;
          if (answer.statusCode === 204) resolve(null);
          // a hotel's sign-in page is a 200, too
          else if (isGood && answer.data && typeof answer.data === 'object') resolve(answer.data);
          else reject(problemOf(answer));
        },
        fail: (why) => reject(unreachable(why, 'request')),
      });
    });
  }

  function sendFile(path, filePath, token) {
    return new Promise((resolve, reject) => {
      wx.uploadFile({
        url: baseUrl + path,
        filePath,
        name: 'file',
        // no Content-Type: only wx knows the form's boundary
        header: { 'Accept-Language': 'zh-CN', Authorization: `Bearer ${token}` },
        timeout: Math.max(timeout, UPLOAD_TIMEOUT),
        success(answer) {
          let data = null;
          try {
            // unlike wx.request, it hands over a text
            data = JSON.parse(answer.data);
          } catch (notJson) {
            // then it is no answer of menwei's
          }
          if (answer.statusCode === 200 && data && data.user) resolve(data);
          else reject(problemOf(Object.assign({}, answer, { data })));
        },
        fail: (why) => reject(unreachable(why, 'uploadFile')),
      });
    });
  }

  function freshCode() {
    if (options.codeOf) return Promise.resolve(options.codeOf());
    return new Promise((resolve, reject) => {
      const refused = () => reject(failure('wx_login_failed', '微信没有给出登录凭证，请稍后再试。'));
      wx.login({ timeout, success: ({ code }) => (code ? resolve(code) : refused()), fail: refused });
    });
  }

  /** One login, with one more try where that can help. */
  function exchange(mayRepeat) {
    const sent = freshCode().then((code) => send('POST', '/api/login', { code, appId: options.appId }));
    return sent.catch((error) => {
      if (!mayRepeat || !(ONCE_MORE.includes(error.code) || isBrief(error))) throw error;
      return pause(error.retryAfter || 0).then(() => exchange(false));
    });
  }

  function signIn() {
    if (signingIn) return signingIn;
    signingIn = exchange(true).then(
      (answer) => {
        signingIn = null;
        refusal = null;
        if (!answer.token) throw failure('bad_answer', '服务器的回应无法识别，请稍后再试。');
        keep({ token: answer.token });
      },
      (error) => {
        signingIn = null;
        refusal = refusalOf(error);
        throw error;
      },
    );
    return signingIn;
  }

  function refusalOf(error) {
    const isKeptOut = KEPT_OUT.includes(error.code);
    if (isKeptOut) return { error, until: error.until ? Date.parse(error.until) : Infinity };
    return error.retryAfter === undefined ? null : { error, until: Date.now() + error.retryAfter * 1000 };
  }

  /** The error once more, with what is left of its time. */
  function refusedAgain() {
    const { error, until } = refusal;
    const left = Number.isFinite(until) && error.retryAfter !== undefined;
    return left ? Object.assign(error, { retryAfter: Math.ceil((until - Date.now()) / 1000) }) : error;
  }

  /** The token of a live session, after a login where there is none. */
  function bearer() {
    if (kept.isOut) return Promise.reject(failure('logged_out', '您已退出登录。'));
    if (kept.token) return Promise.resolve(kept.token);
    if (refusal && Date.now() < refusal.until) return Promise.reject(refusedAgain());
    // whoever waited while the user logged out stays out
    return signIn().then(() => (kept.token && !kept.isOut ? kept.token : bearer()));
  }

  /**
   * Runs `attempt` with a token. When the server says that the session is over, logs in silently and runs it once
   * more. For calls that wx.request cannot make, such as wx.downloadFile: reject with `status: 401` for that.
   * @template T
   * @param {(token: string) => Promise<T>} attempt
   * @returns {Promise<T>}
   */
  function withSession(attempt) {
    return bearer().then((used) => attempt(used).catch((error) => {
      if (error.status !== 401) throw error;
      // another request may have renewed it meanwhile
      if (kept.token === used) keep({ token: '' });
      return bearer().then(attempt);
    }));
  }

  /**
   * Asks menwei, logged in. Also for endpoints of your own behind the same address.
   * @param {'GET' | 'POST' | 'PUT' | 'DELETE'} method
   * @param {string} path from the first slash on
   * @param {object} [data]
   * @returns {Promise<any>} the answer's JSON, null for a 204; fails with a MenweiError for every other status and body
   */
  function request(method, path, data) {
    return withSession((token) => send(method, path, data, token).catch((error) => {
      // what changes something is not repeated: nobody knows whether it was done
      if (method !== 'GET' || !isBrief(error)) throw error;
      return pause(error.retryAfter).then(() => send(method, path, data, token));
    }));
  }

  /** @returns {Promise<{user: User, session: OwnSession}>} who am I */
  const me = () => request('GET', '/api/me');

  /** Logs in where the user asks for it: after a logout, or to try again when they were kept out. */
  function login() {
    keep({ isOut: false });
    if (refusal && KEPT_OUT.includes(refusal.error.code)) refusal = null;
    return me();
  }

  /** Logs out, here at once, and on the server. From then on nothing logs in but `login`. */
  function logout() {
    const settled = signingIn ? signingIn.catch(() => {}) : Promise.resolve();
    keep({ isOut: true });
    return settled.then(() => {
      const used = kept.token;
      keep({ token: '' });
      return used ? send('POST', '/api/logout', undefined, used) : undefined;
    }).then(() => {}, (error) => {
      // it was over already
      if (error.status !== 401) throw error;
    });
  }

  /**
   * Deletes the user's account: every session ends at once, and nothing logs in again by itself. Whoever is frozen
   * proves with a fresh code who they are.
   * @returns {Promise<{erasedAt: string}>} when it is erased; until then `restoreAccount` brings it back
   */
  function deleteAccount() {
    const byCode = () => freshCode().then((code) => send('DELETE', '/api/account', { code, appId: options.appId }));
    return request('DELETE', '/api/account').catch((error) => {
      if (!KEPT_OUT.includes(error.code)) throw error;
      return byCode();
    }).then((answer) => {
      keep({ token: '', isOut: true });
      return answer;
    });
  }

  /**
   * Brings a deleted account back while there is time, and logs in. Fails with `account_not_found` when it is too late.
   * @returns {Promise<User>}
   */
  function restoreAccount() {
    const restored = freshCode().then((code) => send('POST', '/api/account/restore', { code, appId: options.appId }));
    return restored.then((answer) => {
      if (!answer.token) throw failure('bad_answer', '服务器的回应无法识别，请稍后再试。');
      refusal = null;
      keep({ token: answer.token, isOut: false });
      return answer.user;
    });
  }

  return {
    request,
    withSession,
    me,
    login,
    logout,
    deleteAccount,
    restoreAccount,
    /** @returns {Promise<object>} everything the server knows about the user */
    exportAccount: () => request('GET', '/api/account/export'),
    /** @returns {Promise<User>} */
    getProfile: () => request('GET', '/api/userProfile').then(({ user }) => user),
    /** @param {Profile} profile @returns {Promise<User>} */
    setProfile: (profile) => request('POST', '/api/userProfile', profile).then(({ user }) => user),
    /**
     * Makes a picture on the phone the user's avatar.
     * @param {string} filePath what `chooseAvatar` or `wx.chooseMedia` gave: `e.detail.avatarUrl`, `tempFilePath`
     * @returns {Promise<User>} fails with `avatar_invalid`, `avatar_too_large` where the picture does not fit
     */
    upload: (filePath) => withSession((token) => sendFile('/api/avatar', filePath, token)).then(({ user }) => user),
    /** @returns {Promise<Session[]>} the user's live sessions, the newest first */
    sessions: () => request('GET', '/api/sessions').then(({ sessions }) => sessions),
    /** Ends one of the user's sessions. @param {string} sid */
    endSession: (sid) => request('DELETE', `/api/sessions/${encodeURIComponent(sid)}`).then(() => {}),
    /** Ends all of the user's sessions but this one. @returns {Promise<number>} how many */
    logoutOthers: () => request('DELETE', '/api/sessions').then(({ ended }) => ended),
  };
}

module.exports = { createMenwei };
