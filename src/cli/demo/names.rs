//! Nicknames as people choose them. Made of lists: nobody in particular is meant.

use super::chance::Chance;

const FAMILY: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何",
    "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓",
    "许", "傅", "沈", "曾", "欧阳", "司马",
];
const GIVEN: [&str; 48] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "霞", "平", "刚", "桂英", "玉兰", "秀英", "建国", "志强", "小明", "文静", "雨桐", "梓涵", "欣怡", "浩然",
    "子轩", "宇航", "思远", "嘉怡", "雪", "晨曦", "一诺", "梦琪", "语嫣", "俊杰", "海燕", "春梅", "国庆",
    "晓东", "佳琪", "安然", "若曦",
];
const PHRASES: [&str; 36] = [
    "山里的风",
    "慢慢来",
    "半糖去冰",
    "早睡早起",
    "一只鱼",
    "向日葵",
    "南方以南",
    "雨后的街",
    "会飞的猪",
    "不吃香菜",
    "打工人",
    "今天也要加油",
    "橘子汽水",
    "云朵收藏家",
    "深夜食堂",
    "小太阳",
    "平平淡淡才是真",
    "静待花开",
    "岁月静好",
    "追风少年",
    "猫的报恩",
    "月亮邮递员",
    "豆浆油条",
    "没有昵称",
    "海边的卡车",
    "随遇而安",
    "老街坊",
    "上善若水",
    "奶茶续命中",
    "知足常乐",
    "一路向北",
    "十里春风",
    "咸鱼翻身",
    "等风来",
    "糯米团子",
    "星辰大海",
];
const LATIN: [&str; 28] = [
    "Anna",
    "Kevin",
    "Lily",
    "Jason",
    "Coco",
    "Vivian",
    "Tony",
    "Mia",
    "Leo",
    "Cici",
    "Eric",
    "Sunny",
    "Iris",
    "Jack",
    "Momo",
    "Grace",
    "Ray",
    "Yoyo",
    "Zoe",
    "Alex",
    "Echo",
    "Nora",
    "Sam",
    "Bella",
    "José",
    "Ольга",
    "さくら",
    "민지",
];
const EMOJI: [&str; 24] = [
    "🌸",
    "🐱",
    "🌈",
    "☀️",
    "🍀",
    "🐰",
    "🎈",
    "🌙",
    "⭐",
    "🐼",
    "🍉",
    "❤️",
    "🌻",
    "🦊",
    "🍵",
    "👨‍👩‍👧",
    "🎧",
    "🧋",
    "🌊",
    "🐟",
    "👍🏽",
    "🇨🇳",
    "✨",
    "🏸",
];
const LONG: [&str; 5] = [
    "长风破浪会有时，直挂云帆济沧海。春江潮水连海平，海上明月共潮生。",
    "A long nickname that somebody typed to see where it ends ✂️",
    "有事请打电话，不常看微信，急事请留言，谢谢理解与支持🙏🙏🙏",
    "专业维修空调冰箱洗衣机热水器油烟机，随叫随到，价格公道",
    "🌸🐱🌈☀️🍀🐰🎈🌙⭐🐼🍉❤️🌻🦊🍵🎧🧋🌊🐟✨🏸🌸🐱🌈☀️🍀🐰🎈",
];

/// A nickname; empty for those who never said one.
pub fn nickname(chance: &mut Chance) -> String {
    let family = chance.pick(&FAMILY);
    let given = chance.pick(&GIVEN);
    let phrase = chance.pick(&PHRASES);
    let latin = chance.pick(&LATIN);
    let emoji = chance.pick(&EMOJI);
    match chance.below(100) {
        0..10 => String::new(),
        10..36 => format!("{family}{given}"),
        36..46 => phrase.to_owned(),
        46..54 => format!("{phrase}{emoji}"),
        54..60 => format!("小{given}"),
        60..64 => format!("阿{given}{emoji}"),
        64..72 => latin.to_owned(),
        72..76 => format!("{latin}{}", 80 + chance.below(30)),
        76..82 => format!("{latin} {family}"),
        82..86 => format!("{given}妈妈"),
        86..90 => format!("{family}老师"),
        90..93 => emoji.repeat(1 + usize::try_from(chance.below(3)).unwrap_or(0)),
        93..96 => format!(
            "A{}{}",
            chance.pick(&["顺达", "福源", "鑫鑫", "好运来"]),
            chance.pick(&["水果", "建材", "汽修", "家政"])
        ),
        96..98 => {
            format!("{}{latin}{}", chance.pick(&["丶", "ﾉ", "★", "~"]), chance.pick(&["°", "灬", "~", "★"]))
        }
        _ => chance.pick(&LONG).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn every_nickname_could_have_come_through_the_api() {
        let mut chance = Chance::new(1);
        for _ in 0..5000 {
            let name = nickname(&mut chance);
            assert_eq!(text::clean(&name, 64).as_deref(), Ok(name.as_str()));
        }
    }
}
