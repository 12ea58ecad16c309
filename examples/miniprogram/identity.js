/**
 * Which mini-program this is, for the login. Without an AppID of its own (touristappid) wx.login has no real code to
 * give; then the login code is one that the demo's stand-in for WeChat understands: a name, and something new each time.
 */
function identity(demo) {
  const { appId } = wx.getAccountInfoSync().miniProgram;
  if (/^wx[0-9a-f]{16}$/.test(appId)) return { appId };
  const codeOf = () => `${demo.name}-${Date.now()}${Math.random().toString(36).slice(2, 8)}`;
  return { appId: demo.appId, codeOf };
}

module.exports = { identity };
