//! What `samlens metadata` says beside the report's own words, in both languages side by side: none can be missing in one.

use crate::Language;

/// A text in English and in Simplified Chinese.
pub(super) type Word = (&'static str, &'static str);

/// The text in a language.
pub(super) fn say((english, chinese): Word, language: Language) -> &'static str {
    match language {
        Language::English => english,
        Language::Chinese => chinese,
    }
}

pub(super) const ENTITIES: Word = ("entities", "个实体");
pub(super) const IDPS: Word = ("identity providers", "个身份提供方");
pub(super) const SPS: Word = ("services", "个服务方");
pub(super) const OTHERS: Word = ("neither", "个其他");
pub(super) const NAME: Word = ("name", "名称");
pub(super) const PUBLISHER: Word = ("published by", "发布方");
pub(super) const REGISTRAR: Word = ("registered by", "登记方");
pub(super) const VALID_UNTIL: Word = ("valid until", "有效期至");
pub(super) const CACHE: Word = ("to be read again after", "应在此间隔后重新读取");
pub(super) const SIGNATURE: Word = ("signature", "签名");
pub(super) const UNSIGNED: Word = ("none", "无");
pub(super) const TRUSTED: Word = ("valid, by a key that you gave", "有效，所用密钥由您提供");
pub(super) const UNTRUSTED: Word = (
    "holds with the key that is in it, which anybody can put there; give the publisher's certificate with --certificate",
    "可用文件自带的密钥验证，但任何人都能放入自己的密钥；请用 --certificate 提供发布方的证书",
);
pub(super) const CERTIFICATES: Word = ("certificates", "证书");
pub(super) const EXPIRED: Word = ("expired", "已过期");
pub(super) const EXPIRING: Word = ("expiring within 30 days", "30 天内过期");
pub(super) const NOT_YET: Word = ("not valid yet", "尚未生效");
pub(super) const WEAK: Word = ("weak", "强度不足");
pub(super) const SHARED: Word = ("shared between entities", "由多个实体共用");
pub(super) const ROLLOVERS: Word = ("rollovers", "轮换中");
pub(super) const FOLLOWED: Word = ("followed by", "后继证书");
pub(super) const AND_MORE: Word = ("and more", "等");
pub(super) const DAYS_AGO: Word = ("days ago", "天前");
pub(super) const DAYS_LEFT: Word = ("days left", "天后");
pub(super) const FOUND: Word = ("found", "已找到");
pub(super) const OF: Word = ("of", "共");
pub(super) const NUMBER: Word = ("number", "编号");
pub(super) const SAME_NAME: Word = ("also has this entityID: number", "同一 entityID 还出现在编号");
pub(super) const PROTOCOLS: Word = ("protocols", "协议");
pub(super) const KEY: Word = ("key", "密钥");
pub(super) const BOTH_USES: Word = ("signing and encryption", "签名和加密");
pub(super) const UNREADABLE: Word = ("a certificate that cannot be read", "无法读取的证书");
pub(super) const FORMAT: Word = ("NameID format", "NameID 格式");
pub(super) const OFFERS: Word = ("offers", "可提供");
pub(super) const ASKS: Word = ("asks for", "请求");
pub(super) const REQUIRED: Word = ("required", "必需");
pub(super) const SCOPE: Word = ("scope", "作用域");
pub(super) const PATTERN: Word = ("a pattern", "模式");
pub(super) const ALGORITHM: Word = ("algorithm", "算法");
pub(super) const SHOWN_AS: Word = ("shown as", "显示名称");
pub(super) const HINT: Word = ("hint", "提示");
pub(super) const ORGANIZATION: Word = ("organization", "组织");
pub(super) const CONTACT: Word = ("contact", "联系人");
pub(super) const CATEGORY: Word = ("category", "类别");
pub(super) const MORE_METADATA: Word = ("more metadata at", "更多元数据");
pub(super) const EXTENSION: Word = ("extension", "扩展");
pub(super) const DEFAULT: Word = ("default", "默认");
pub(super) const RESPONSES: Word = ("responses to", "响应发往");
pub(super) const UNCHANGED: Word = ("unchanged", "未变");
pub(super) const CHANGED: Word = ("changed", "有变化");
pub(super) const ADDED: Word = ("added", "新增");
pub(super) const REMOVED: Word = ("removed", "移除");
pub(super) const LEFT_OUT: Word = ("changes more", "项变化未列出");
pub(super) const WHOLE_FILE: Word = ("the file", "整个文件");
