/** What pages say: times and problems, in Chinese. */

const two = (number) => String(number).padStart(2, '0');

/** `今天 09:05`, `3月5日 09:05`, `2025年3月5日 09:05`, by the phone's clock and time zone. */
function when(instant, now = new Date()) {
  const time = new Date(instant);
  if (Number.isNaN(time.getTime())) return '';
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === now.toDateString()) return `今天 ${clock}`;
  const year = time.getFullYear() === now.getFullYear() ? '' : `${time.getFullYear()}年`;
  return `${year}${time.getMonth() + 1}月${time.getDate()}日 ${clock}`;
}

/** What helps against a problem. */
function hintOf(error) {
  switch (error.code) {
    case 'user_frozen':
      return error.until ? `冻结到 ${when(error.until)}。如有疑问请联系客服。` : '如有疑问请联系客服。';
    case 'account_deleted':
      return error.until ? `资料将在 ${when(error.until)} 清除。` : '';
    case 'wechat_user_blocked':
      return '请在微信里完成账号的安全验证，或联系客服。';
    case 'domain_not_listed':
      return '开发者：在微信公众平台添加该域名，或在开发者工具里勾选“不校验合法域名”。';
    case 'network':
    case 'timeout':
      return '开发者：menwei 在运行吗？config.js 里的 baseUrl 对吗？';
    case 'app_unknown':
      return '开发者：请在 menwei 的配置里加上这个小程序的 AppID。';
    default:
      return error.retryAfter > 0 ? `请在 ${error.retryAfter} 秒后再试。` : '';
  }
}

/** A problem as templates/problem.wxml shows it. */
function problemOf(error) {
  const faults = (error.errors || []).map(({ message }) => message).join('；');
  return {
    detail: faults ? `${error.detail}${faults}。` : error.detail || '出错了，请稍后再试。',
    hint: hintOf(error),
    trace: [error.code, error.requestId].filter(Boolean).join(' · '),
  };
}

module.exports = { when, problemOf };
