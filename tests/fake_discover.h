/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers of Autodiscover for tests, as literals. */
#ifndef TESTS_FAKE_DISCOVER_H
#define TESTS_FAKE_DISCOVER_H

#define DISCOVER_USER(user)                                                \
	"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'>" \
	"<s:Body><GetUserSettingsResponseMessage xmlns='http://schemas."   \
	"microsoft.com/exchange/2010/Autodiscover'><Response><ErrorCode>"  \
	"NoError</ErrorCode><UserResponses><UserResponse>" user            \
	"</UserResponse></UserResponses></Response>"                       \
	"</GetUserSettingsResponseMessage></s:Body></s:Envelope>"

#define DISCOVER_ERROR(code) DISCOVER_USER("<ErrorCode>" code "</ErrorCode>")

#define DISCOVER_FOUND(url)                                                 \
	DISCOVER_USER("<ErrorCode>NoError</ErrorCode><UserSettings>"        \
		      "<UserSetting><Name>ExternalEwsUrl</Name><Value>" url \
		      "</Value></UserSetting><UserSetting><Name>"           \
		      "GroupingInformation</Name><Value>Site-1</Value>"     \
		      "</UserSetting></UserSettings>")

#endif
