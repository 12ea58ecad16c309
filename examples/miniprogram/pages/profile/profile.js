const { problemOf } = require('../../words');

/** Avatar and nickname, by WeChat's own button and input for them. */
Page({
  data: { nickName: '', avatarUrl: '', fault: '', problem: null, isLoaded: false, isBusy: false },

  onLoad() {
    return getApp().menwei.getProfile().then(
      ({ nickName, avatarUrl }) => this.setData({ nickName, avatarUrl, isLoaded: true }),
      (error) => this.setData({ problem: problemOf(error), isLoaded: true }),
    );
  },

  /** What WeChat hands over is a file on the phone: it is worth nothing to anybody else until it is uploaded. */
  onChooseAvatar({ detail }) {
    if (this.data.isBusy) return undefined;
    this.setData({ isBusy: true, fault: '', problem: null });
    return getApp().menwei.upload(detail.avatarUrl).then(
      ({ avatarUrl }) => {
        this.setData({ avatarUrl, isBusy: false });
        wx.showToast({ title: '已更换' });
      },
      (error) => this.setData({ problem: problemOf(error), isBusy: false }),
    );
  },

  /** WeChat has checked what was typed, and has emptied the input when it did not pass. */
  onReview({ detail }) {
    this.setData({ fault: detail.pass || detail.timeout ? '' : '昵称没有通过微信的检查，请换一个。' });
  },

  /** The form's own value: what WeChat filled in above the keyboard raises no input event. */
  onSave({ detail }) {
    const nickName = detail.value.nickName.trim();
    if (this.data.isBusy) return undefined;
    if (!nickName) {
      this.setData({ fault: '请填写昵称。' });
      return undefined;
    }
    this.setData({ isBusy: true, fault: '', problem: null });
    return getApp().menwei.setProfile({ nickName }).then(
      (user) => {
        this.setData({ nickName: user.nickName, isBusy: false });
        wx.showToast({ title: '已保存' });
      },
      (error) => {
        const own = (error.errors || []).find(({ field }) => field === 'nickName');
        if (own) this.setData({ fault: `昵称${own.message}。`, isBusy: false });
        else this.setData({ problem: problemOf(error), isBusy: false });
      },
    );
  },
});
