/** Well-known domains where private people hold mailboxes (LAW-07: always `private`). Dated 2026-11; company domains never belong here. */
const BY_PROVIDER: Readonly<Record<string, string>> = {
  google: 'gmail.com googlemail.com',
  microsoft:
    'outlook.com outlook.at outlook.be outlook.cl outlook.co.id outlook.co.il outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr ' +
    'outlook.com.tr outlook.com.vn outlook.cz outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp outlook.kr ' +
    'outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk hotmail.com hotmail.at hotmail.be hotmail.ca hotmail.ch hotmail.cl ' +
    'hotmail.co.jp hotmail.co.nz hotmail.co.uk hotmail.co.za hotmail.com.ar hotmail.com.au hotmail.com.br hotmail.com.tr hotmail.cz hotmail.de hotmail.dk ' +
    'hotmail.ee hotmail.es hotmail.fi hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.lt hotmail.lv hotmail.nl hotmail.no hotmail.se live.com live.at ' +
    'live.be live.ca live.cl live.cn live.co.uk live.co.za live.com.au live.com.mx live.com.pt live.de live.dk live.fi live.fr live.ie live.it live.jp ' +
    'live.nl live.no live.se msn.com passport.com windowslive.com',
  yahoo:
    'yahoo.com yahoo.at yahoo.be yahoo.ca yahoo.cl yahoo.co.id yahoo.co.in yahoo.co.jp yahoo.co.kr yahoo.co.nz yahoo.co.th yahoo.co.uk yahoo.co.za ' +
    'yahoo.com.ar yahoo.com.au yahoo.com.br yahoo.com.cn yahoo.com.co yahoo.com.hk yahoo.com.mx yahoo.com.my yahoo.com.pe yahoo.com.ph yahoo.com.sg ' +
    'yahoo.com.tr yahoo.com.tw yahoo.com.vn yahoo.cz yahoo.de yahoo.dk yahoo.es yahoo.fi yahoo.fr yahoo.gr yahoo.hu yahoo.ie yahoo.in yahoo.it yahoo.nl ' +
    'yahoo.no yahoo.pl yahoo.pt yahoo.ro yahoo.se ymail.com rocketmail.com myyahoo.com',
  aol: 'aol.com aol.co.uk aol.de aol.fr aol.it aol.es aol.nl aim.com netscape.net love.com games.com',
  apple: 'icloud.com me.com mac.com privaterelay.appleid.com',
  privacy:
    'proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tutamail.com tuta.com tuta.io keemail.me hushmail.com hush.com mailfence.com ' +
    'posteo.de posteo.net mailbox.org startmail.com disroot.org riseup.net runbox.com countermail.com ctemplar.com simplelogin.com duck.com mozmail.com',
  fastmail: 'fastmail.com fastmail.fm fastmail.net fastmail.co.uk fastmail.de fastmail.es fastmail.fr fastmail.jp fastmail.org sent.com messagingengine.com',
  germanLanguage:
    'gmx.de gmx.net gmx.com gmx.at gmx.ch gmx.eu gmx.org gmx.info gmx.co.uk gmx.fr gmx.es gmx.us web.de email.de t-online.de freenet.de arcor.de ' +
    'online.de vodafone.de kabelmail.de unitybox.de netcologne.de alice.de alice-dsl.net ewetel.net versanet.de mail.de bluewin.ch hispeed.ch sunrise.ch ' +
    'chello.at aon.at a1.net kabsi.at liwest.at utanet.at',
  france:
    'orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr cegetel.net club-internet.fr alice.fr aliceadsl.fr voila.fr libertysurf.fr ' +
    'noos.fr',
  beneluxAndIberia:
    'ziggo.nl kpnmail.nl kpnplanet.nl planet.nl hetnet.nl xs4all.nl home.nl casema.nl chello.nl telfort.nl upcmail.nl tele2.nl zonnet.nl quicknet.nl telenet.be ' +
    'skynet.be proximus.be scarlet.be voo.be pandora.be pt.lu sapo.pt mail.pt clix.pt iol.pt netcabo.pt telefonica.net terra.es ya.com ono.com euskalnet.net',
  italy: 'libero.it virgilio.it alice.it tin.it tim.it tiscali.it inwind.it iol.it fastwebnet.it email.it blu.it teletu.it vodafone.it poste.it',
  britainAndIreland:
    'btinternet.com btopenworld.com talktalk.net talk21.com sky.com virginmedia.com virgin.net ntlworld.com blueyonder.co.uk tiscali.co.uk plusnet.com plus.net ' +
    'o2.co.uk orange.net wanadoo.co.uk freeserve.co.uk fsmail.net lineone.net eircom.net eir.ie iol.ie indigo.ie vodafone.ie',
  nordicsAndBaltics:
    'telia.com telia.ee comhem.se bredband.net bredbandsbolaget.se spray.se glocalnet.net online.no getmail.no broadpark.no frisurf.no jubii.dk ofir.dk mail.dk ' +
    'stofanet.dk youmail.dk tdcadsl.dk elisanet.fi kolumbus.fi luukku.com pp.inet.fi saunalahti.fi suomi24.fi welho.com dnainternet.net simnet.is ' +
    'mail.ee hot.ee online.ee neti.ee suhtlus.ee inbox.lv inbox.lt inbox.ee apollo.lv one.lv takas.lt delfi.lt delfi.ee one.lt zebra.lt',
  centralAndEasternEurope:
    'wp.pl o2.pl onet.pl onet.eu op.pl poczta.onet.pl vp.pl interia.pl interia.eu poczta.fm gazeta.pl tlen.pl go2.pl spoko.pl buziaczek.pl seznam.cz email.cz ' +
    'centrum.cz centrum.sk atlas.cz volny.cz post.cz azet.sk zoznam.sk post.sk pobox.sk freemail.hu citromail.hu t-online.hu vipmail.hu indamail.hu abv.bg ' +
    'mail.bg dir.bg net.hr inet.hr siol.net volja.net otenet.gr forthnet.gr hol.gr in.gr ukr.net i.ua bigmir.net meta.ua online.ua tut.by',
  russianLanguage:
    'mail.ru bk.ru inbox.ru list.ru internet.ru xmail.ru yandex.ru yandex.com yandex.by yandex.kz yandex.ua yandex.com.tr yandex.az yandex.ge ya.ru narod.ru ' +
    'rambler.ru lenta.ru autorambler.ru myrambler.ru ro.ru pochta.ru hotbox.ru nm.ru',
  northAmerica:
    'comcast.net xfinity.com verizon.net att.net sbcglobal.net bellsouth.net ameritech.net pacbell.net swbell.net cox.net charter.net spectrum.net ' +
    'roadrunner.com rr.com earthlink.net mindspring.com juno.com netzero.net netzero.com optonline.net optimum.net frontier.com frontiernet.net windstream.net ' +
    'centurylink.net centurytel.net embarqmail.com q.com suddenlink.net tds.net cableone.net rcn.com prodigy.net compuserve.com usa.net ' +
    'rogers.com bell.net sympatico.ca shaw.ca telus.net videotron.ca cogeco.ca eastlink.ca',
  latinAmerica: 'uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com r7.com oi.com.br zipmail.com.br prodigy.net.mx terra.cl fibertel.com.ar arnet.com.ar speedy.com.ar',
  asiaAndPacific:
    'qq.com foxmail.com vip.qq.com 163.com 126.com yeah.net vip.163.com sina.com sina.cn sohu.com tom.com 21cn.com 139.com 189.cn wo.cn aliyun.com naver.com ' +
    'hanmail.net daum.net kakao.com nate.com korea.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp ymobile.ne.jp nifty.com biglobe.ne.jp ' +
    'so-net.ne.jp ocn.ne.jp infoseek.jp excite.co.jp rediffmail.com sify.com indiatimes.com bigpond.com bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au ' +
    'internode.on.net dodo.com.au westnet.com.au xtra.co.nz slingshot.co.nz pchome.com.tw hinet.net seed.net.tw',
  middleEastAndAfrica: 'walla.co.il walla.com bezeqint.net netvision.net.il 012.net.il maktoob.com mweb.co.za webmail.co.za telkomsa.net vodamail.co.za mynet.com superonline.com',
  international:
    'mail.com email.com usa.com post.com europe.com consultant.com myself.com engineer.com dr.com techie.com inbox.com zoho.com zohomail.com zohomail.eu ' +
    'lycos.com excite.com hey.com gawab.com mail2world.com onmail.com',
};

const FREE_MAIL: ReadonlySet<string> = new Set(Object.values(BY_PROVIDER).flatMap((domains) => domains.split(' ')));

/** Whether a canonical domain serves private mailboxes: free providers and access providers. */
export function isFreeMail(domain: string): boolean {
  return FREE_MAIL.has(domain);
}

/** Number of domains in the table, for the generated docs and its test. */
export const FREE_MAIL_COUNT = FREE_MAIL.size;
