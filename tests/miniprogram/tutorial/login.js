// A page in the manner of the usual tutorial: a login, then what the user shares, on the session of the answer.
const app = getApp();

Page({
  data: { done: '', answers: [] },

  onLoginTap() {
    wx.login({ success: this.onGetCodeSuccess.bind(this), fail: this.onLoginFail.bind(this) });
  },

  onGetCodeSuccess(res) {
    if (!res.code) return this.onLoginFail(res);
    const { code } = res;
    wx.request({
      url: `${app.globalData.serverUrl}/api/login`,
      method: 'POST',
      data: { code, appId: app.globalData.appId },
      success: this.onLoginResponse.bind(this),
      fail: this.onLoginFail.bind(this),
    });
    return undefined;
  },

  onLoginResponse(res) {
    const { tokenField } = app.globalData;
    wx.setStorageSync('session', res.data[tokenField]);
    this.setData({ done: 'login', answers: [res] });
    app.globalData.onDone();
  },

  onGetProfileTap() {
    wx.getUserProfile({
      desc: '用于完善用户信息',
      success: (infoRes) => {
        const { userInfo } = infoRes;
        this.sendUserInfoToServer(userInfo);
      },
      fail: this.onLoginFail.bind(this),
    });
  },

  sendUserInfoToServer(userInfo) {
    wx.request({
      url: `${app.globalData.serverUrl}/api/userProfile`,
      method: 'POST',
      header: { [app.globalData.headerName]: app.globalData.headerPrefix + wx.getStorageSync('session') },
      data: { ...userInfo },
      success: this.onUserInfoResponse.bind(this),
      fail: this.onLoginFail.bind(this),
    });
  },

  onUserInfoResponse(res) {
    this.setData({ done: 'profile', answers: this.data.answers.concat([res]) });
    app.globalData.onDone();
  },

  onLoginFail(res) {
    this.setData({ done: `failed: ${res.errMsg}` });
    app.globalData.onDone();
  },
});
