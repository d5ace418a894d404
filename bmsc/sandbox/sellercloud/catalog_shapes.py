"""Which keys do product, company and warehouse rows carry, even those the sandbox never fills?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.shape import shape

CATALOG_ROW = shape(
    zero="""
        Weight ShippingWeight WeightOz PackageWeightLbs PackageWeightOz MAPPrice AverageCost Priority
        Rating QtySold15 QtySold30 QtySold60 QtySold90 QtySold180 QtySold365 QtySoldYTD ShippingCost
        AggregatePhysicalQtyFBA AggregatePhysicalQty AggregateQty HomeCountryCode ReverbListingID
        WarehousePhysicalQty WarehousePhysicalQtyValue WarehouseReservedQtyValue AggregatedQty
        AggregatePhysicalSellableQtyIncludingPhysicalValue ReservedQty ReserveQtyTotalValue PhysicalQty
        AggregateNonSellableQty StorePrice ManufacturerID BrandID WeightLbs NELiveInventory NEBizInventory
        FulfilledBy SalesRank AmazonProductCondition FixedPriceQuantity BuyItNowPrice ListPrice SalePrice
        DropShipMode ProductTitleCount ebaySiteCode NotesCount OrderReserveTotal VendorPrice
        ReplacementQty WarehouseCount CompanyID ActiveRebateID ActiveRebateValue
        ActiveRebateDeductFromItemCost DeductFromItemCostType Status InventoryDependantOption OnOrder
        AmazonPrice VendorID OnBackOrder WholeSalePrice SitePrice SiteCost LastCost InventoryAvailableQty
    """,
    null="""
        ImageUrl LocationNotes eBayCategory eBayStoreCategory eBayItemCondition ShadowOf ProductName
        ShortDescription LongDescription Buyer ASIN GTIN ProductType DefaultVendor DefaultVendorSKU
        Country AmazonMarketPlaceID OverstockGeneratedProductID WalmartProductID WPID ItemPageURL
        CompanyName CompanyNameAbbreviation FirstKitChild ManufacturerSKU ASINInActiveListing UPC
        AmazonFBASKU WebsiteViewURL WishProductID AmazonCondition MainProductID ShippingTemplateID
        SalePriceStartDate SalePriceEndDate eBayCategory1ID eBayCategory1Name eBayTopTitle
        DescriptionTemplateID ebayItemID ProductConditionName VendorOfProduct WarehouseName MerchantSKU
        AmazonMerchantSKU WayfairMerchantSKU WebsiteProductID LastAggregateDate LastModifiedDate
        AmazonMarketplace ID BrandName ActiveStatus DateCreated
    """,
    no="""
        IsEndOfLife IsSellAble WebEnabled BuyDotComEnabled MagentoEnabled SearsEnabled PriceGrabberEnabled
        OverStockEnabled PriceFallEnabled UnbeatableSalesEnabled eBayEnabled AmazonEnabled WayfairEnabled
        VendorCentralEnabled BonanzaEnabled SmartBargainsEnabled ATGStoresEnabled BestBuyEnabled
        BestBuyDsEnabled KohlsEnabled HomeDepotEnabled StaplesEnabled MeijerEnabled OneStopPlusEnabled
        SonsiEnabled KMartEnabled ElevenMainEnabled GroupOnGoodsEnabled GrouponMarketplaceEnabled
        WalmartEnabled WalmartAPIEnabled WishEnabled JETEnabled EtsyEnabled FingerHutEnabled
        TopHatterEnabled TangaEnabled TargetEnabled NewEggDotComEnabled NewEggBizEnabled YahooStoreEnabled
        HayneedleEnabled ReverbEnabled DropShipCentralEnabled DrugStoresEnabled CdiscountEnabled
        BedBathAndBeyondEnabled ShopHQEnabled GoogleShoppingEnabled HouzzEnabled IsMatrixParent
        BackOrderVisible WholeSalePriceVisible IsKit SiteCostVisible LastCostVisible
        ShowPriorityAndRatingDelta AmazonStoreStatus AmazonEnableBOPISProduct VendorVisible
        BackmarketEnabled LightspeedPOSEnabled
    """,
    empty="EnabledOnChannels ChannelPreviews ChildProducts",
)

INVENTORY_ROW = shape(
    zero="""
        WeightOz PackageWeightLbs PackageWeightOz AverageCost Priority Rating QtySold15 QtySold30
        QtySold60 QtySold90 QtySold180 QtySold365 QtySoldYTD ShippingCost AggregatePhysicalQtyFBA
        AggregatePhysicalQty AggregateQty HomeCountryCode ReverbListingID WarehousePhysicalQty
        WarehousePhysicalQtyValue WarehouseReservedQtyValue AggregatedQty
        AggregatePhysicalSellableQtyIncludingPhysicalValue ReservedQty ReserveQtyTotalValue PhysicalQty
        AggregateNonSellableQty StorePrice ManufacturerID BrandID WeightLbs NELiveInventory NEBizInventory
        SalesRank AmazonProductCondition FixedPriceQuantity BuyItNowPrice DropShipMode ProductTitleCount
        NotesCount OrderReserveTotal VendorPrice ReplacementQty WarehouseCount CompanyID ActiveRebateID
        ActiveRebateValue ActiveRebateDeductFromItemCost DeductFromItemCostType Status
        InventoryDependantOption OnOrder AmazonPrice VendorID OnBackOrder WholeSalePrice SitePrice
        SiteCost LastCost InventoryAvailableQty QtyPerCase ShippingWidth ShippingHeight ShippingLength
        UnitOfMeasure
    """,
    null="""
        ImageUrl LocationNotes eBayCategory eBayStoreCategory eBayItemCondition ShadowOf ProductName
        ShortDescription LongDescription Buyer ASIN GTIN ProductType DefaultVendor DefaultVendorSKU
        Country AmazonMarketPlaceID OverstockGeneratedProductID WalmartProductID WPID ItemPageURL
        CompanyName CompanyNameAbbreviation FirstKitChild ManufacturerSKU ASINInActiveListing UPC
        AmazonFBASKU WebsiteViewURL WishProductID AmazonCondition ShippingTemplateID DescriptionTemplateID
        ProductConditionName VendorOfProduct WarehouseName WebsiteProductID LastAggregateDate
        LastModifiedDate AmazonMarketplace ID EAN ExpectedDeliveryDate CreationDate LocationRegion Weight
        ShippingWeight FulfilledBy
    """,
    no="""
        IsEndOfLife IsSellAble IsMatrixParent BackOrderVisible WholeSalePriceVisible IsKit SiteCostVisible
        LastCostVisible ShowPriorityAndRatingDelta WarehouseBasedPhysicalAndReservedQty
    """,
    empty="ChildProducts",
)

COLUMN = shape(
    zero="ID DataType DataLength ClientID",
    null="NewValue ColumnName DisplayName Value",
    no="""
        IsDropDownColumn IsDropDownCustomTextAllowed IsDropDownAllowMultipleSelection AllowHTMLPopup
        IsRequired
    """,
    empty="DataSourceContainer",
)

COMPANY_ROW = shape(
    zero="ScheduledTasksCount ID",
    null="CompanyName AmazonMarketplace",
    no="IsDefaultCompany IsDisabled",
    empty="CustomColumns EnabledOnChannels",
)

WAREHOUSE_ROW = shape(
    zero="WarehouseType CreatedBy ID",
    null="""
        Name QBWarehouseName CreatedOn CreatedByUsername CreatedByFirstName CreatedByLastName
        WarehouseAddress
    """,
    no="IsDefault IsSellAble EnforceBins",
)
