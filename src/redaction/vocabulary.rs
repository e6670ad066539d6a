//! Words that stand in messages everywhere, and so name no one: those of the standards, of the products and their addresses.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether a word in lower case is one of them.
pub(super) fn is_common(word: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split_ascii_whitespace().collect());
    KNOWN.contains(word) || ["aadsts", "msis"].iter().any(|code| word.starts_with(code))
}

/// Whether a word is one that values are built of: a name that it stands in is known by its other words.
pub(super) fn is_structure(word: &str) -> bool {
    STRUCTURE.split_ascii_whitespace().any(|known| known == word)
}

const STRUCTURE: &str = "http https www com net org cn saml saml2 sso slo acs idp sp ram sts iam arn role roles provider \
    urn oasis names tc nameid claims identity schemas aliyun alibabacloud onaliyun alibaba signin aws amazon amazonaws \
    example test invalid response assertion request metadata true false";

const COMMON: &str = "enveloped xmlschema instance technical support administrative billing singapore shanghai beijing hangzhou shenzhen frankfurt 2000 2001 2002 2005 2006 2007 2009 about absent accept accepted accepts access account accounts acs action \
    actual added additionalmetadatalocation address adfs admin administrator advice aes128 aes192 aes256 affiliate \
    affiliationdescriptor after age agent alg algorithm algsupport alias alibaba alibabacloud alibabacloudsso \
    alipay alive aliyun aliyuncs aliyunidaas allowcreate alphabet amazon amazonaws ambiguous aml amp and answer \
    api apos app applewebkit application applications applicationservicetype apps apr archive are arn around \
    arrerrormessages artifact artifactresolutionservice artifactresolve artifactresponse asked aspx assertion \
    assertionconsumerservice assertionconsumerserviceindex assertionconsumerserviceurl assertionid assertionidref \
    assertionidrequestservice assertionuriref atlassian attempt attr attribute attributeauthoritydescriptor \
    attributeconsumingservice attributeconsumingserviceindex attributename attributenamespace attributequery \
    attributequerydescriptortype attributes attributeservice attributeservicetype attributestatement \
    attributevalue attrname audience audiencerestriction audiencerestrictioncondition audiences aug auth auth0 \
    authenticated authenticatingauthority authentication authenticationfail authenticationinstant \
    authenticationstatement authn authnauthoritydescriptor authncontext authncontextclassref authncontextdeclref \
    authnfailed authninstant authnqueryservice authnrequest authnrequestssigned authnstatement authority \
    authorization authzdecisionstatement authzservice auxiliary await aws awsapps azure azuread balancer base64 \
    basic bearer before behind binding bindings bits blob blocks body bodysize both box brackets broken broker \
    browser bundle businesscategory button byte bytes c14n cacert cache cacheduration calendar cannot canonical \
    canonicalizationmethod capture captures carlicense cas case category cause cbc cdata cert certificate \
    certificates change changed character characters chars charset chrome chunked chunks cipherreference \
    ciphervalue claim claims classes client clientbeginrequest cloud cloudcomputing cloudsso cloudtrail clr code \
    codes com comma command comment common commonname company comparison concerned conditions configured \
    confirmation confluence connection consent console constants consume consumed consumer contact contactperson \
    contacttype content contents context control cookie costly could count css cut damaged data datareference date \
    datetime dec declaration decode decrypt decrypted decryption def default defaultconfiguration deflate delivery \
    denied department departmentnumber der derencodedkeyvalue description descriptor destination detail detected \
    dev diagnosis digest digestmethod digests digestvalue digitalsignature dir discohints discovery \
    discoveryresponse displayname div dnqualifier doctor doctype does domain domains double dropbox dsa duo \
    duosecurity duplicate duration durationseconds early ecdsa ecp edg edu educourse educoursemember \
    educourseoffering edumember eduperson edupersonaffiliation edupersonassurance edupersonentitlement \
    edupersonnickname edupersonorcid edupersonorgdn edupersonorgunitdn edupersonprimaryaffiliation \
    edupersonprimaryorgunitdn edupersonprincipalname edupersonprincipalnameprior edupersonscopedaffiliation \
    edupersontargetedid edupersonuniqueid eiam element elements elsewhere email emailaddress emails emea employee \
    employeenumber employeetype empty enabled encoding encrypted encryptedassertion encryptedattribute \
    encrypteddata encryptedid encryptedkey encryption encryptionmethod end endpoint endpointindex endpoints \
    enterprise enterprises entities entitiesdescriptor entity entityattributes entitydescriptor entityid \
    entitynotexist entra entries entry entryuuid envelope equals error errors errorurl escapes event events \
    eventtime eventvalidation evidence exact example exc exist expanded expected expired expiredtokenexception \
    expires expiring ext extension extensions facsimiletelephonenumber faculty failed fails false fault feb \
    federation federationmetadata fetch fields file files filesystem filtered firefox first flag flow follows font \
    for forbidden force forceauthn foreign forged form format formed found friendly friendlyname from full gateway \
    gcm gecko general generationqualifier generic get github githubusercontent givenname gmt google googleapis gov \
    govcloud gpg group groups gunzip gzip has head header headers height help hichina hidden hmac holder holds \
    home homephone homepostaladdress host html http http2 httponly https huawei huaweicloud hyphen iam icon idaas \
    identity identityprovider identityproviders idp idpdisc idpentityid idpid idpinitiatedsignon idplist \
    idpmetadata idpname idprejectedclaim idpssodescriptor idpssourl idtoken image img index inflate inflated info \
    infopath informationurl init initials input inresponseto insecure instant instead instruction instructions int \
    intel intent international internetprotocol intl invalid invalidattrnameorvalue invalidchars \
    invalididentitytoken invalidnameidpolicy invalidparameter invalidsubjectvalue invaliduser invisible invoke \
    isdefault ismemberof ispassive isrequired iss issue issued issueinstant issuer its jar javascript jira joined \
    jpegphoto json judged jul jumpcloud jun jwt keep kerberos key keycloak keydescriptor keyinfo keyname keys \
    keyvalue keywords khtml kind label labeleduri lang large last late latin lax ldap left length less level \
    liberty lifetime like likeness limit line linux listed live load loc local localhost location log \
    logeventtypes login loginsessionduration logo logon logout logoutrequest logoutresponse loop lower mace \
    macintosh mail mailto main malformed managenameidrequest managenameidresponse managenameidservice mark markup \
    masked match matches max maxkeysize maxsessionduration md2 md5 mdui meaning member memberof message \
    messagehandle messages metadata method mfa mgf1 microsoft microsoftonline mimetype minkeysize mismatch \
    mismatched misplaced missing missingparameter mobile mobiletwofactorcontract module modulus more mozilla msg \
    msiam msie multipart multipleauthn myhuaweicloud name named nameformat nameid nameidentifier nameidformat \
    nameidmappingservice nameidpolicy namequalifier names namespace nbsp near needs nested net network \
    newencryptedid nid nil noauthncontext noavailableidp nobody nonce none nonsuccess nopassive nopermission \
    noredupersonlin noredupersonnin noscript nosupportedidp not notbefore note nothing notonorafter nov now null \
    oaep oaepparams oasis oauth oauth2 objectidentifier oct office office365 oid oidc okta oktapreview omitted \
    onaliyun once one onelogin onetimeuse onload open openid opens ops option order org organization \
    organizationdisplayname organizationidentifier organizationname organizations organizationurl orgs origin \
    other others out output outside padding page pager pairwise paos parameter parameters params parent part \
    partiallogout partner passed passphrase password passwordprotectedtransport path payload pdp pdpdescriptor pem \
    percent persistent php piece pingfederate pingidentity pingone place placeholder plain platform please plus \
    policygrammar policysize polluted poly1305 portal post postaladdress postalcode postdata postofficebox \
    preferredlanguage prefix prefixes previoussession principalarn principaltag printable privacystatementurl \
    private privatekey product profile profiles proof properties protocol protocolbinding protocols \
    protocolsupportenumeration provider providerid providername providers proxy proxycount proxycountexceeded \
    proxyrestriction pseudonym pseudonymservicetype public publickey qcloud qcs qualifier query quot quoted quotes \
    ram ratio raw read realm realms rebound rebuilt rec received recipient recipients recognise record redacted \
    redirect redirected redirecturl reference references referer refused regexp registrar registrationauthority \
    registrationinfo registrationinstant registrationpolicy rejected relative relay relaystate removed renewed \
    repair replace replaced replays reply report req request requestdate requestdenied requestedattribute \
    requestedauthncontext requestedsecuritytoken requester requesterid requestid requestinitiator requests \
    requestsecuritytokenresponse requestsecuritytokenresponsecollection requestunsupported \
    requestversiondeprecated requestversiontoohigh requestversiontoolow reserved resolve resolved \
    resourcenotrecognized responder response responseheaders responseid responselocation responsestatus restmethod \
    right role rolearn roledescriptor roleentitlement rolename roles rolesessionname rollover roomnumber root rpi \
    rsa rule safari safe salesforce salt samaccountname samesite saml saml2 saml2alibabacloud saml2idp samlart \
    samlassertion samlattributes samlencoding samlens samlmessage samlp samlprovider samlproviderarn samlrequest \
    samlresponse sanitised sanitized schac schaccountryofcitizenship schaccountryofresidence schacdateofbirth \
    schacexpirydate schacgender schachomeorganization schachomeorganizationtype schacmothertongue \
    schacpersonaltitle schacpersonaluniquecode schacpersonaluniqueid schacplaceofbirth schacsn1 schacsn2 \
    schacuserstatus schema schemas scheme scope scoping script second seconds secure security \
    securitytokenservicetype select send sender senders sent sep serialnumber server service servicedescription \
    servicename servicenow services session sessionduration sessionid sessionindex sessionname sessionnotonorafter \
    set several sha sha1 sha256 sha384 sha512 shape shared sharepoint shibboleth short shortdescription sieve sig \
    sigalg signature signaturemethod signaturevalue signed signedinfo signin signin4service signing signingmethod \
    signout simplesaml simplesamlphp simplesign singlelogoutservice singlesignonservice siphash site size skew \
    slack slo small smartcard smartcardpki snowflake snowflakecomputing soap socket source sourceid sourceidentity \
    space span split spnamequalifier spprovidedid spssodescriptor ssl sso staff start starteddatetime state stated \
    status statusauthnfailed statuscode statusdetail statusinvalidnameidpolicy statusmessage statusnoauthncontext \
    statusrequestdenied std step steps stops store street strict string strip strong strserviceexceptionmessage \
    sts student style subject subjectconfirmation subjectconfirmationdata submit success suffix support supported \
    supports surname svg swissedu swissedupersonuniqueid table tag taobao target telephonenumber template tenant \
    tenantid tenants tencent tencentcloud test text textarea textpayload texts than that the this time times \
    timestamp timesynctoken timetickoffset title tlsclient tmall token tokenizer told too toomanyresponses trace \
    tracer trailing transaction transform transforms transient transitivetagkeys transport trident trimmed \
    tripledes trn true truncated trust try txt type uid uiinfo uin unchecked unclosed undeclared undefined \
    undetermined undone unescape unexpected unknown unknownattrprofile unknownprincipal unlisted unquoted \
    unreadable unsigned unspecified unsupported unsupportedbinding untrusted unusable unused unwrap upn upper uri \
    url urlencoded urn usagepolicy use user userid username userprincipalname users utc utf utf8 valid validity \
    validuntil value values vbscript vec version versionmismatch viewstate visualforce volc volcengine vouches \
    wantassertionssigned wantauthnrequestssigned wants warning was wasm32 wbr wctx weak web webrequest webservices \
    well what where whitespace who whole why width win64 window windows windowsazure windowsdomainqualifiedname \
    windowsnt with within without workspace wrapped wrapping wresult wrong wsfed wsignin wss www x11 \
    x500uniqueidentifier x509certificate x509data x509issuername x509serialnumber x509subjectname x64 xml xmldsig \
    xmlenc xmlenc11 xmlns xmlsoap xsw1 xsw2 xsw3 xsw4 xsw5 xsw6 xsw9 xuserid yes yunos zlib zoom";
