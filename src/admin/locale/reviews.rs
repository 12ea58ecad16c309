//! Nicknames and avatars that wait for a person.

use super::words;
use crate::db::reviews::Kind;

words! {
    /// The words about proposals.
    Reviews
    text {
        intro: "微信对这些昵称和头像拿不准，请人工判断。决定之前，其他人看到的仍是原来的资料。", "WeChat is unsure of these nicknames and avatars: please decide. Until then others see what was there before.";
        caption: "等待人工审核的资料，最早的在前", "Proposals that wait for a person, oldest first";
        none: "没有等待审核的资料", "Nothing waits for you";
        none_text: "微信拿不准的昵称和头像会出现在这里。", "Nicknames and avatars of which WeChat is unsure appear here.";
        more: "还有更多，处理后会显示。", "There are more; they appear as you decide.";
        user: "用户", "User";
        what: "类型", "Kind";
        value: "想改为", "Proposed";
        suspicion: "微信的判断", "WeChat suspects";
        since: "提交时间", "Proposed at";
        decision: "决定", "Decision";
        accept: "通过", "Let pass";
        refuse: "拒绝", "Refuse";
        accepted: "已通过，新的资料已生效。", "It passed, and is shown from now on.";
        refused: "已拒绝，仍显示原来的资料。", "It was refused; what was there before stays.";
        decided_before: "这条资料已被处理，或用户已改成别的。", "Somebody decided it before, or the user proposed something else.";
        nickname: "昵称", "Nickname";
        avatar: "头像", "Avatar";
        wants_nickname: "新昵称", "New nickname";
        wants_avatar: "新头像", "New avatar";
        pending: "等待微信审核：", ", waiting for WeChat:";
        review: "等待人工审核：", ", waiting for staff:";
        risky: "未通过审核：", ", refused:";
        advertising: "广告", "Advertising";
        politics: "时政", "Politics";
        pornography: "色情", "Pornography";
        abuse: "辱骂", "Abuse";
        crime: "违法犯罪", "Crime";
        fraud: "欺诈", "Fraud";
        vulgar: "低俗", "Vulgarity";
        copyright: "版权", "Copyright";
        other: "其他", "Something else";
        unchecked: "微信多次未能检查", "WeChat could not check it";
    }
    say {
        decided_by(&str, &str): |name, time| format!("{name} 已于 {time} 处理了这条资料。"), |name, time| format!("{name} decided it at {time}.");
    }
}

impl Reviews {
    /// Nickname or avatar.
    #[must_use]
    pub const fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Nickname => self.nickname,
            Kind::Avatar => self.avatar,
        }
    }

    /// What WeChat's number says (`msg_sec_check`, 命中标签枚举值).
    #[must_use]
    pub const fn label(&self, label: Option<i64>) -> &'static str {
        match label {
            Some(10001) => self.advertising,
            Some(20001) => self.politics,
            Some(20002) => self.pornography,
            Some(20003) => self.abuse,
            Some(20006) => self.crime,
            Some(20008) => self.fraud,
            Some(20012) => self.vulgar,
            Some(20013) => self.copyright,
            Some(_) => self.other,
            None => self.unchecked,
        }
    }
}
