/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "calendar/autodiscover_write.h"
#include "base/xml.h"

#define SOAP       "http://schemas.xmlsoap.org/soap/envelope/"
#define ADDRESSING "http://www.w3.org/2005/08/addressing"
#define SERVICE    "http://schemas.microsoft.com/exchange/2010/Autodiscover"
#define OUTLOOK    "http://schemas.microsoft.com/exchange/autodiscover/outlook/"

static const char *const wanted[] = {
	"ExternalEwsUrl",      "InternalEwsUrl",     "InternalMailboxServer",
	"GroupingInformation", "ExternalEwsVersion", "CasVersion",
};

static void write_header(struct xml_out *xml, const char *url)
{
	xml_start(xml, "soap:Header");
	xml_leaf(xml, "a:RequestedServerVersion", "Exchange2010");
	xml_leaf(xml, "wsa:Action", SERVICE "/Autodiscover/GetUserSettings");
	xml_leaf(xml, "wsa:To", url);
	xml_end(xml);
}

void autodiscover_write_soap(struct buf *out, const char *url,
			     const char *address)
{
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "soap:Envelope");
	xml_attribute(xml, "xmlns:soap", SOAP);
	xml_attribute(xml, "xmlns:wsa", ADDRESSING);
	xml_attribute(xml, "xmlns:a", SERVICE);
	write_header(xml, url);
	xml_start(xml, "soap:Body");
	xml_start(xml, "a:GetUserSettingsRequestMessage");
	xml_start(xml, "a:Request");
	xml_start(xml, "a:Users");
	xml_start(xml, "a:User");
	xml_leaf(xml, "a:Mailbox", address);
	xml_end(xml);
	xml_end(xml);
	xml_start(xml, "a:RequestedSettings");
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		xml_leaf(xml, "a:Setting", wanted[i]);
	xml_out_finish(&xml, out);
}

void autodiscover_write_pox(struct buf *out, const char *address)
{
	struct xml_out *xml = xml_out_new();

	xml_start(xml, "Autodiscover");
	xml_attribute(xml, "xmlns", OUTLOOK "requestschema/2006");
	xml_start(xml, "Request");
	xml_leaf(xml, "EMailAddress", address);
	xml_leaf(xml, "AcceptableResponseSchema",
		 OUTLOOK "responseschema/2006a");
	xml_out_finish(&xml, out);
}
